// What a transaction did: the unit that is logged and that the feed carries. Immutable once made; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time/time.h"
#include "store/table/row_traits.h"
#include "store/table/table.h"

namespace roadstead {

/// One row before and after. `before` is null when the row is new, `after` when it is gone; never both.
struct Change {
  TableId table{};
  std::string key;
  RowPointer before;
  RowPointer after;

  template <class Row>
  bool is() const {
    return table == RowTraits<Row>::table;
  }

  /// The row as it was: null when it is new, and when this change is of another table.
  template <class Row>
  std::shared_ptr<const Row> before_as() const {
    return is<Row>() ? std::static_pointer_cast<const Row>(before) : nullptr;
  }

  /// The row as it is now: null when it is gone, and when this change is of another table.
  template <class Row>
  std::shared_ptr<const Row> after_as() const {
    return is<Row>() ? std::static_pointer_cast<const Row>(after) : nullptr;
  }

  /// The row as it is now, or as it was when it is gone; null when this change is of another table.
  template <class Row>
  std::shared_ptr<const Row> row_as() const {
    return after == nullptr ? before_as<Row>() : after_as<Row>();
  }
};

/// The changes of one transaction: at most one for each row, in the order in which rows were first touched.
/// `seq` grows by one from batch to batch, from 1. `generation` is 0 for what came from outside (a request, a node), and
/// one more than that of its cause for what a controller did in answer; it is not logged.
struct Batch {
  std::uint64_t seq = 0;
  Instant at;
  std::vector<Change> changes;
  int generation = 0;
};

using BatchPointer = std::shared_ptr<const Batch>;

}  // namespace roadstead
