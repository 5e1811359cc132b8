// Wraps a log and breaks it on purpose: refuses chosen writes, tears one as a power cut does, or plays a full disk.
// For tests and the simulation. `fill` and `free` from any thread, the rest from one thread at a time.
#pragma once

#include <atomic>
#include <vector>

#include "store/log/log.h"

namespace roadstead {

/// What goes wrong at which append, counted from 1.
struct LogFault {
  enum class Kind {
    refuse,  // nothing is written, the next append works
    tear     // the first half of the batches is written, then the log is dead, as if the power were cut
  };

  std::uint64_t at_append = 0;
  Kind kind = Kind::refuse;
};

class FailingLog final : public Log {
 public:
  explicit FailingLog(Log& log, std::vector<LogFault> faults = {}) : log_(log), faults_(std::move(faults)) {}

  /// From now on every write fails, as on a full disk; reading works.
  void fill() { full_ = true; }
  void free() { full_ = false; }

  /// How many appends were tried.
  std::uint64_t appends() const { return appends_; }

  Status append(std::span<const LoggedBatch> batches) override;
  Result<std::uint64_t> replay(std::uint64_t from, const RowSink& sink) override;
  Status snapshot(const LogView& view) override;
  Status trim(std::uint64_t to) override;

 private:
  Status refuse_if_broken() const;

  Log& log_;
  std::vector<LogFault> faults_;
  std::atomic<std::uint64_t> appends_{0};
  std::atomic<bool> full_{false};
  bool dead_ = false;
};

}  // namespace roadstead
