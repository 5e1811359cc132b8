// The port to where state is durable: batches of row documents go in, all current rows come out after a restart.
//
// A log keeps the newest document of each row, not the history. Three implementations keep the same promises, proved by
// one contract test: SqliteLog (the real one), MemoryLog (tests, simulation), FailingLog (wraps one and breaks).
// One thread at a time. Knows documents, not row types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// The new document of one row, or that it is gone (no document). `is_new` when there was no such row before.
struct LoggedChange {
  std::string table;
  std::string key;
  std::optional<std::string> document;
  bool is_new = false;
};

struct LoggedBatch {
  std::uint64_t seq = 0;
  Instant at;
  std::vector<LoggedChange> changes;
};

/// One row as it comes back. The views are good during the call only. `seq` is that of the batch that last changed it.
struct LoggedRow {
  std::string_view table;
  std::string_view key;
  std::string_view document;
  std::uint64_t seq = 0;
};

/// Takes rows one by one; an Error ends the walk and is its outcome.
using RowSink = std::function<Status(const LoggedRow&)>;

/// A whole state: all rows, and the sequence number it stands at.
struct LogView {
  std::uint64_t seq = 0;
  std::function<Status(const RowSink&)> rows;
};

class Log {
 public:
  virtual ~Log() = default;

  /// Makes batches durable, all or none; they continue the newest without a gap. On an Error the log is as it was, and
  /// the same or other batches may be tried again. If the process dies inside, the first few of them may be found
  /// afterwards. Errors: StateNotWritable, with a message that says what to do.
  virtual Status append(std::span<const LoggedBatch> batches) = 0;

  /// Gives `sink` every row that was last changed after `from`, in no order, and returns the newest sequence number.
  /// From 0: the whole state. Errors: StateUnreadable (damaged; nothing is made up), or that of `sink`.
  virtual Result<std::uint64_t> replay(std::uint64_t from, const RowSink& sink) = 0;

  /// Replaces everything by `view`, all or nothing. Errors: as `append`, or that of the view.
  virtual Status snapshot(const LogView& view) = 0;

  /// Does the housekeeping up to `to`, a durable sequence number, for which nobody should have to wait. May be called
  /// whenever there is nothing to do; a failure loses nothing.
  virtual Status trim(std::uint64_t to) = 0;
};

}  // namespace roadstead
