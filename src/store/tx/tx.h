// How everything reads and changes state: Reader to look, Tx to look and change.
//
// A Tx is all or nothing: when the work it was given to returns an Error, all it did is undone. Rows are immutable; a
// row got from `find` stays as it is, whatever happens later. Time and random bits come from the Tx, so that a
// simulation repeats exactly. Lives on the state thread, for the length of one function call: keep rows, never a Tx.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/id/id.h"
#include "base/time/time.h"
#include "store/table/row_traits.h"
#include "store/table/table.h"
#include "store/tx/batch.h"

namespace roadstead {

/// An enumeration of the indexes of a row type: `TaskRowIndex::by_service`.
template <class Index>
concept RowIndex = std::is_enum_v<Index> && requires { typename IndexTraits<Index>::Row; };

/// Reads rows. `f` of the for_each family takes `const Row&` or `const std::shared_ptr<const Row>&`, and stops the walk
/// by returning false if it returns a bool. It may change rows of the walked table.
class Reader {
 public:
  Reader(const Tables& tables, std::uint64_t seq) : tables_(&tables), seq_(seq) {}

  /// The sequence number of the newest batch that is visible here.
  std::uint64_t seq() const { return seq_; }

  /// The row under `key`, or null.
  template <class Row>
  std::shared_ptr<const Row> find(std::string_view key) const {
    return std::static_pointer_cast<const Row>(table<Row>().find(key));
  }

  template <class Row>
  bool contains(std::string_view key) const {
    return table<Row>().find(key) != nullptr;
  }

  /// The rows under one key of an index, ordered by their own key.
  template <RowIndex Index>
  auto list(Index index, std::string_view index_key) const {
    using Row = typename IndexTraits<Index>::Row;
    std::vector<std::shared_ptr<const Row>> rows;
    rows.reserve(count(index, index_key));
    for_each(index, index_key, [&](const std::shared_ptr<const Row>& row) { rows.push_back(row); });
    return rows;
  }

  /// The row with the least key under one key of an index, or null: for indexes that are unique by nature.
  template <RowIndex Index>
  auto first(Index index, std::string_view index_key) const {
    using Row = typename IndexTraits<Index>::Row;
    std::shared_ptr<const Row> found;
    for_each(index, index_key, [&](const std::shared_ptr<const Row>& row) {
      found = row;
      return false;
    });
    return found;
  }

  /// All rows of a type, in key order.
  template <class Row>
  std::vector<std::shared_ptr<const Row>> all() const {
    std::vector<std::shared_ptr<const Row>> rows;
    rows.reserve(count<Row>());
    for_each<Row>([&](const std::shared_ptr<const Row>& row) { rows.push_back(row); });
    return rows;
  }

  /// At most `limit` rows whose key is greater than `after_key`, in key order: a page of a listing. An empty
  /// `after_key` begins at the first row; the key of the last row begins the next page.
  template <class Row>
  std::vector<std::shared_ptr<const Row>> scan(std::string_view after_key, std::size_t limit) const {
    std::vector<std::shared_ptr<const Row>> rows;
    if (limit == 0) return rows;
    table<Row>().walk(after_key, [&](const Slot& slot) {
      rows.push_back(std::static_pointer_cast<const Row>(slot.row));
      return rows.size() < limit;
    });
    return rows;
  }

  template <class Row>
  std::size_t count() const {
    return table<Row>().size();
  }

  template <RowIndex Index>
  std::size_t count(Index index, std::string_view index_key) const {
    return table<typename IndexTraits<Index>::Row>().count_index(static_cast<int>(index), index_key);
  }

  /// Visits all rows of a type in key order, without copying anything.
  template <class Row, class F>
  void for_each(F&& f) const {
    table<Row>().walk({}, [&](const Slot& slot) { return visit<Row>(f, slot); });
  }

  /// Visits the rows under one key of an index, ordered by their own key.
  template <RowIndex Index, class F>
  void for_each(Index index, std::string_view index_key, F&& f) const {
    using Row = typename IndexTraits<Index>::Row;
    table<Row>().walk_index(static_cast<int>(index), index_key, [&](const Slot& slot) { return visit<Row>(f, slot); });
  }

  /// Visits the rows whose key in an index is at least `from` and less than `to`, ordered by that key.
  template <RowIndex Index, class F>
  void for_each_between(Index index, std::string_view from, std::string_view to, F&& f) const {
    using Row = typename IndexTraits<Index>::Row;
    table<Row>().walk_index_range(static_cast<int>(index), from, to, [&](const Slot& slot) {
      return visit<Row>(f, slot);
    });
  }

 protected:
  const Tables& tables() const { return *tables_; }

 private:
  template <class Row>
  const Table& table() const {
    return tables_->of(RowTraits<Row>::table);
  }

  // Holds the row during the call, since `f` may replace or erase it.
  template <class Row, class F>
  static bool visit(F& f, const Slot& slot) {
    std::shared_ptr<const Row> row = std::static_pointer_cast<const Row>(slot.row);
    if constexpr (std::invocable<F&, const Row&>) {
      return proceed(f, *row);
    } else {
      return proceed(f, std::as_const(row));
    }
  }

  template <class F, class Argument>
  static bool proceed(F& f, const Argument& argument) {
    if constexpr (std::is_same_v<std::invoke_result_t<F&, const Argument&>, bool>) {
      return f(argument);
    } else {
      f(argument);
      return true;
    }
  }

  const Tables* tables_;
  std::uint64_t seq_;
};

/// Reads and changes rows; made by Database only.
class Tx : public Reader {
 public:
  Tx(const Tables& tables, std::uint64_t seq, Instant now, Ids& ids) : Reader(tables, seq), now_(now), ids_(&ids) {}
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  /// When this transaction happens: the same all through it.
  Instant now() const { return now_; }

  /// Where new ids come from.
  Ids& ids() { return *ids_; }

  /// Stores `row` under its key, new or in place of the one there. Records nothing when it equals the one there.
  template <class Row>
  std::shared_ptr<const Row> put(Row row) {
    auto stored = std::make_shared<const Row>(std::move(row));
    std::string key(RowTraits<Row>::key(*stored));
    auto before = find<Row>(key);
    if (before != nullptr && *before == *stored) return before;
    set(RowTraits<Row>::table, std::move(key), stored);
    return stored;
  }

  /// Takes the row away; false when there is none.
  template <class Row>
  bool erase(std::string_view key) {
    if (!contains<Row>(key)) return false;
    set(RowTraits<Row>::table, std::string(key), nullptr);
    return true;
  }

  /// Copies the row under `key`, lets `change(Row&)` change the copy, stores it. Null when there is no such row.
  /// `change` must leave the members of the key alone.
  template <class Row, class F>
  std::shared_ptr<const Row> update(std::string_view key, F&& change) {
    auto before = find<Row>(key);
    if (before == nullptr) return nullptr;
    Row copy = *before;
    std::forward<F>(change)(copy);
    CHECK(std::string_view(RowTraits<Row>::key(copy)) == key, "an update does not move a row to another key");
    return put<Row>(std::move(copy));
  }

  /// Says which generation the batch will be of (Batch::generation).
  void set_generation(int generation) { generation_ = generation; }
  int generation() const { return generation_; }

  /// Marks a point to come back to with `undo_to`.
  std::size_t savepoint() const { return undo_.size(); }

  /// Undoes everything done since `savepoint`.
  void undo_to(std::size_t savepoint);

  /// Whether anything was changed and not undone.
  bool changed() const { return !undo_.empty(); }

  /// What was done, one change for each row, without those that came to nothing. Ends the transaction.
  std::vector<Change> take_changes();

 private:
  void set(TableId table, std::string key, RowPointer row);

  Instant now_;
  Ids* ids_;
  int generation_ = 0;
  std::vector<Change> undo_;  // every single step, oldest first
};

}  // namespace roadstead
