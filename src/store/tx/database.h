// All tables and the one door to change them: `run` carries out a transaction and gives the batch to log.
//
// A batch is in the tables before it is durable; who runs transactions (store/transactor.h) shows nothing of it before
// it is, and takes it back with `undo` when it cannot be. Lives on the state thread. Knows nothing of disks or threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.h"
#include "store/tx/batch.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What a transaction does. An Error undoes it and is its outcome.
using Work = std::move_only_function<Status(Tx&)>;

/// What follows from a transaction's changes without anybody asking, such as events that somebody waits for: it adds rows to
/// the same batch, so that no crash can come between. It must not touch rows that the transaction changed.
using Consequence = std::move_only_function<void(Tx&, std::span<const Change>)>;

/// The tables that a Database has.
using Schema = std::vector<TableSpec>;

/// A schema of the given row types: `schema_of<TaskRow, ServiceRow>()`.
template <class... Rows>
Schema schema_of() {
  return {table_spec<Rows>()...};
}

/// The schema of all rows of idl/store.smithy.
Schema stored_schema();

class Database {
 public:
  explicit Database(const Schema& schema) : tables_(schema) {}

  /// What became of a transaction. `batch` is null when it changed nothing or was refused.
  /// `seen` is the newest sequence number that it can have seen, its own batch included.
  struct Outcome {
    Status status;
    BatchPointer batch;
    std::uint64_t seen = 0;
  };

  /// Runs `work` at the time `now`. Whatever it changed is undone when it returns an Error or throws (an Error with code
  /// ServerException).
  Outcome run(Work& work, Instant now, Ids& ids);

  /// Lets `consequence` see the changes of every transaction from now on. Once, before the first.
  void set_consequence(Consequence consequence) { consequence_ = std::move(consequence); }

  /// Takes back the newest batch, which did not become durable.
  void undo(const Batch& batch);

  /// Puts one row from the log into its table. Errors: StateUnreadable, when the table is unknown or the document
  /// cannot be read.
  Status load(std::string_view table, std::string_view key, std::string_view document);

  /// Says that all rows are loaded and which batch was the newest in the log.
  void loaded(std::uint64_t seq) { seq_ = seq; }

  /// Reads everything done so far, durable or not.
  Reader reader() const { return Reader(tables_, seq_); }

  const Tables& tables() const { return tables_; }
  std::uint64_t seq() const { return seq_; }

 private:
  void add_consequences(std::vector<Change>& changes, Instant now, Ids& ids);

  Tables tables_;
  std::uint64_t seq_ = 0;
  Consequence consequence_;
};

}  // namespace roadstead
