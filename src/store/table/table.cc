#include "store/table/table.h"

#include <algorithm>
#include <utility>

namespace roadstead {

Table::~Table() {
  for (auto place = rows_.begin(); const Slot* slot = rows_.at(place); place = rows_.next(place)) delete slot;
}

RowPointer Table::set(const std::string& key, RowPointer row) {
  Slot* slot = rows_.find(key);
  if (slot == nullptr) {
    if (row == nullptr) return nullptr;
    auto fresh = std::make_unique<Slot>(Slot{key, row});
    rows_.insert(fresh.get());
    slot = fresh.release();
    ++shape_;
    set_indexes(slot, nullptr, row);
    return nullptr;
  }
  RowPointer before = slot->row;
  set_indexes(slot, before, row);
  if (row != nullptr) {
    slot->row = std::move(row);
    return before;
  }
  rows_.erase(key);
  delete slot;
  ++shape_;
  return before;
}

void Table::set_indexes(Slot* slot, const RowPointer& before, const RowPointer& after) {
  std::vector<std::string> old_keys;
  std::vector<std::string> new_keys;
  for (int index = 0; index < spec_.index_count; ++index) {
    old_keys.clear();
    new_keys.clear();
    if (before != nullptr) spec_.index_keys(before.get(), index, old_keys);
    if (after != nullptr) spec_.index_keys(after.get(), index, new_keys);
    if (old_keys == new_keys) continue;
    ++shape_;
    auto& postings = indexes_[static_cast<std::size_t>(index)];
    for (const auto& old_key : old_keys) {
      auto found = postings.find(old_key);
      if (found == postings.end()) continue;
      found->second.erase(slot->key);
      if (found->second.empty()) postings.erase(found);
    }
    for (auto& new_key : new_keys) postings[std::move(new_key)].insert(slot);
  }
}

Tables::Tables(std::span<const TableSpec> schema) {
  for (const auto& spec : schema) {
    auto number = static_cast<std::size_t>(spec.id);
    if (by_id_.size() <= number) by_id_.resize(number + 1);
    CHECK(by_id_[number] == nullptr, "a TableId belongs to one row type");
    tables_.push_back(std::make_unique<Table>(spec));
    by_id_[number] = tables_.back().get();
  }
}

Table& Tables::of(TableId id) const {
  auto number = static_cast<std::size_t>(id);
  CHECK(number < by_id_.size() && by_id_[number] != nullptr, "every row type that is used is in the schema");
  return *by_id_[number];
}

Table* Tables::named(std::string_view name) const {
  auto found = std::ranges::find_if(tables_, [&](const auto& table) { return table->spec().name == name; });
  return found == tables_.end() ? nullptr : found->get();
}

}  // namespace roadstead
