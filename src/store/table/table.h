// The rows of one type in memory, ordered by key, with the indexes that the row type declares.
//
// Works on rows whose type is erased, so that there is one Table in the program and not one for each row type; Reader
// and Tx (store/tx/tx.h) give it types. Rows are immutable: to change one is to set another under its key.
// Lives on the state thread. Knows nothing of transactions, sequences or disks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "store/table/ordered_slots.h"
#include "store/table/row_traits.h"

namespace roadstead {

/// A stored row of some type. Null means that there is no such row.
using RowPointer = std::shared_ptr<const void>;

/// What a Table and the log do with a row without knowing its type.
struct TableSpec {
  TableId id{};
  std::string_view name;
  int index_count = 0;
  std::string (*key)(const void* row) = nullptr;
  void (*index_keys)(const void* row, int index, std::vector<std::string>& out) = nullptr;
  bool (*equal)(const void* a, const void* b) = nullptr;
  std::string (*encode)(const void* row) = nullptr;
  Result<RowPointer> (*decode)(std::string_view document) = nullptr;
};

/// The TableSpec of a row type, from its RowTraits and RowDocument.
template <class Row>
TableSpec table_spec() {
  using Traits = RowTraits<Row>;
  TableSpec spec;
  spec.id = Traits::table;
  spec.name = Traits::name;
  spec.index_count = static_cast<int>(Traits::index_count);
  spec.key = [](const void* row) { return std::string(Traits::key(*static_cast<const Row*>(row))); };
  spec.index_keys = [](const void* row, int index, std::vector<std::string>& out) {
    Traits::index_keys(*static_cast<const Row*>(row), index, out);
  };
  spec.equal = [](const void* a, const void* b) {
    return *static_cast<const Row*>(a) == *static_cast<const Row*>(b);
  };
  spec.encode = [](const void* row) { return std::string(RowDocument<Row>::encode(*static_cast<const Row*>(row))); };
  spec.decode = [](std::string_view document) -> Result<RowPointer> {
    Result<Row> row = RowDocument<Row>::decode(document);
    if (!row) return std::move(row).error();
    return RowPointer(std::make_shared<const Row>(std::move(row).value()));
  };
  return spec;
}

class Table {
 public:
  explicit Table(const TableSpec& spec) : spec_(spec), indexes_(static_cast<std::size_t>(spec.index_count)) {}
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  const TableSpec& spec() const { return spec_; }
  std::size_t size() const { return rows_.size(); }

  /// The row under `key`, or null.
  RowPointer find(std::string_view key) const {
    const Slot* slot = rows_.find(key);
    return slot == nullptr ? nullptr : slot->row;
  }

  /// Puts `row` under `key`, or takes away what is there when `row` is null. Gives what was there before.
  RowPointer set(const std::string& key, RowPointer row);

  /// Calls `visit(slot)` in key order for the rows whose key is greater than `after` (all, when `after` is empty)
  /// until it returns false. `visit` may change this table: rows that it adds ahead are visited.
  template <class F>
  void walk(std::string_view after, F&& visit) const {
    walk_slots([this] { return &rows_; }, after, visit);
  }

  /// The same for the rows under one key of an index, in key order.
  template <class F>
  void walk_index(int index, std::string_view index_key, F&& visit) const {
    walk_slots([this, index, index_key] { return posting(index, index_key); }, {}, visit);
  }

  /// The same for the rows whose key in an index is at least `from` and less than `to`, ordered by that key.
  template <class F>
  void walk_index_range(int index, std::string_view from, std::string_view to, F&& visit) const {
    const auto& postings = indexes_[static_cast<std::size_t>(index)];
    auto found = postings.lower_bound(from);
    while (found != postings.end() && found->first < to) {
      std::string index_key = found->first;
      bool more = walk_slots([this, index, &index_key] { return posting(index, index_key); }, {}, visit);
      if (!more) return;
      found = postings.upper_bound(index_key);
    }
  }

  std::size_t count_index(int index, std::string_view index_key) const {
    const OrderedSlots* slots = posting(index, index_key);
    return slots == nullptr ? 0 : slots->size();
  }

 private:
  using Postings = std::map<std::string, OrderedSlots, std::less<>>;

  const OrderedSlots* posting(int index, std::string_view index_key) const {
    const auto& postings = indexes_[static_cast<std::size_t>(index)];
    auto found = postings.find(index_key);
    return found == postings.end() ? nullptr : &found->second;
  }

  // `slots_now` is asked again whenever `visit` has changed the table, since the set may be gone by then.
  template <class FindSlots, class F>
  bool walk_slots(FindSlots slots_now, std::string_view after, F& visit) const {
    const OrderedSlots* slots = slots_now();
    if (slots == nullptr) return true;
    auto place = after.empty() ? slots->begin() : slots->after(after);
    std::string last;
    for (const Slot* slot = slots->at(place); slot != nullptr; slot = slots->at(place)) {
      auto seen = shape_;
      last = slot->key;
      if (!visit(*slot)) return false;
      if (seen == shape_) {
        place = slots->next(place);
        continue;
      }
      slots = slots_now();
      if (slots == nullptr) return true;
      place = slots->after(last);
    }
    return true;
  }

  void set_indexes(Slot* slot, const RowPointer& before, const RowPointer& after);

  TableSpec spec_;
  OrderedSlots rows_;  // owns its slots: ~Table deletes them
  std::vector<Postings> indexes_;
  std::uint64_t shape_ = 0;  // counts the changes that make a Place stale
};

/// All tables, found by TableId.
class Tables {
 public:
  explicit Tables(std::span<const TableSpec> schema);

  /// Aborts when the schema has no such table.
  Table& of(TableId id) const;

  /// The table with that name on disk, or nullptr.
  Table* named(std::string_view name) const;

  /// In the order of the schema.
  const std::vector<std::unique_ptr<Table>>& all() const { return tables_; }

 private:
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<Table*> by_id_;
};

}  // namespace roadstead
