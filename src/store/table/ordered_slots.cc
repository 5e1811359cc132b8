#include "store/table/ordered_slots.h"

#include <algorithm>
#include <utility>

namespace roadstead {

namespace {

constexpr std::size_t chunk_limit = 128;

/// The first slot of `chunk` whose key is not less than `key`.
auto lower_bound(const std::vector<Slot*>& chunk, std::string_view key) {
  return std::lower_bound(chunk.begin(), chunk.end(), key, [](const Slot* slot, std::string_view wanted) {
    return slot->key < wanted;
  });
}

}  // namespace

std::size_t OrderedSlots::size() const {
  if (many_) return many_->size;
  return one_ == nullptr ? 0 : 1;
}

// The first chunk that ends at or after `key`; the number of chunks when there is none.
std::size_t OrderedSlots::chunk_for(std::string_view key) const {
  const auto& chunks = many_->chunks;
  auto found = std::lower_bound(chunks.begin(), chunks.end(), key, [](const Chunk& chunk, std::string_view wanted) {
    return chunk.back()->key < wanted;
  });
  return static_cast<std::size_t>(found - chunks.begin());
}

Slot* OrderedSlots::find(std::string_view key) const {
  if (!many_) return one_ != nullptr && one_->key == key ? one_ : nullptr;
  auto number = chunk_for(key);
  if (number == many_->chunks.size()) return nullptr;
  auto found = lower_bound(many_->chunks[number], key);
  return (*found)->key == key ? *found : nullptr;
}

bool OrderedSlots::insert(Slot* slot) {
  if (!many_) {
    if (one_ == nullptr) {
      one_ = slot;
      return true;
    }
    if (one_->key == slot->key) return false;
    many_ = std::make_unique<Many>();
    many_->chunks.push_back({std::exchange(one_, nullptr)});
    many_->size = 1;
  }
  auto& chunks = many_->chunks;
  auto number = std::min(chunk_for(slot->key), chunks.size() - 1);
  auto found = lower_bound(chunks[number], slot->key);
  if (found != chunks[number].end() && (*found)->key == slot->key) return false;
  chunks[number].insert(found, slot);
  ++many_->size;
  if (chunks[number].size() > chunk_limit) {
    // Rows often arrive in order (ids by time): the last chunk then stays full and only the newest row moves on.
    bool appended = number + 1 == chunks.size() && chunks[number].back() == slot;
    auto cut = chunks[number].begin() + (appended ? chunk_limit : chunk_limit / 2);
    Chunk upper(cut, chunks[number].end());
    chunks[number].erase(cut, chunks[number].end());
    chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(number) + 1, std::move(upper));
  }
  return true;
}

bool OrderedSlots::erase(std::string_view key) {
  if (!many_) {
    if (one_ == nullptr || one_->key != key) return false;
    one_ = nullptr;
    return true;
  }
  auto& chunks = many_->chunks;
  auto number = chunk_for(key);
  if (number == chunks.size()) return false;
  auto found = lower_bound(chunks[number], key);
  if ((*found)->key != key) return false;
  chunks[number].erase(found);
  --many_->size;
  if (many_->size == 1) {
    for (const auto& chunk : chunks) {
      if (!chunk.empty()) one_ = chunk.front();
    }
    many_.reset();
    return true;
  }
  auto place = chunks.begin() + static_cast<std::ptrdiff_t>(number);
  if (chunks[number].empty()) {
    chunks.erase(place);
  } else if (number + 1 < chunks.size() && chunks[number].size() + chunks[number + 1].size() <= chunk_limit / 2) {
    chunks[number].insert(chunks[number].end(), chunks[number + 1].begin(), chunks[number + 1].end());
    chunks.erase(place + 1);
  }
  return true;
}

OrderedSlots::Place OrderedSlots::after(std::string_view key) const {
  if (!many_) return {0, one_ != nullptr && one_->key <= key ? 1U : 0U};
  auto number = chunk_for(key);
  if (number == many_->chunks.size()) return {number, 0};
  auto found = lower_bound(many_->chunks[number], key);
  Place place{number, static_cast<std::size_t>(found - many_->chunks[number].begin())};
  return (*found)->key == key ? next(place) : place;
}

Slot* OrderedSlots::at(Place place) const {
  if (!many_) return place.at == 0 ? one_ : nullptr;
  return place.chunk < many_->chunks.size() ? many_->chunks[place.chunk][place.at] : nullptr;
}

OrderedSlots::Place OrderedSlots::next(Place place) const {
  if (!many_) return {0, place.at + 1};
  if (place.at + 1 < many_->chunks[place.chunk].size()) return {place.chunk, place.at + 1};
  return {place.chunk + 1, 0};
}

}  // namespace roadstead
