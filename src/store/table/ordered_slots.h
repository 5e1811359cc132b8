// An ordered set of the rows of a table, or of those under one index key, that costs 8 to 16 bytes a row.
//
// Sorted chunks of at most 128 pointers, in a vector: a look-up is two binary searches, an insertion moves at most one
// chunk. A set of one row, which most index keys have, is a single pointer. Does not own the slots.
//
//   many_ ─▶ [chunk]      [chunk]      [chunk]         chunks and slots ascend by key
//              │ a b c      │ d e        │ f g h
//
// Lives on the state thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roadstead {

/// Where a row is kept while it is stored. Its address does not change when the row is replaced.
struct Slot {
  std::string key;
  std::shared_ptr<const void> row;
};

class OrderedSlots {
 public:
  /// A position, good until the next insertion or erasure.
  struct Place {
    std::size_t chunk = 0;
    std::size_t at = 0;
  };

  bool empty() const { return one_ == nullptr && many_ == nullptr; }
  std::size_t size() const;

  /// The slot with `key`, or nullptr.
  Slot* find(std::string_view key) const;

  /// Adds `slot` unless its key is there already.
  bool insert(Slot* slot);

  /// Takes out the slot with `key`, if it is there.
  bool erase(std::string_view key);

  Place begin() const { return {}; }

  /// The first place whose key is greater than `key`.
  Place after(std::string_view key) const;

  /// The slot at `place`, or nullptr past the end.
  Slot* at(Place place) const;

  Place next(Place place) const;

 private:
  using Chunk = std::vector<Slot*>;

  struct Many {
    std::vector<Chunk> chunks;
    std::size_t size = 0;
  };

  std::size_t chunk_for(std::string_view key) const;

  Slot* one_ = nullptr;
  std::unique_ptr<Many> many_;
};

}  // namespace roadstead
