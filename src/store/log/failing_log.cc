#include "store/log/failing_log.h"

#include <algorithm>

namespace roadstead {

Status FailingLog::refuse_if_broken() const {
  if (dead_) return Error{"StateNotWritable", "The disk is gone.", "torn on purpose"};
  if (full_) return Error{"StateNotWritable", "The disk is full. Free some space.", "filled on purpose"};
  return Done{};
}

Status FailingLog::append(std::span<const LoggedBatch> batches) {
  auto number = ++appends_;
  TRY(refuse_if_broken());
  auto fault = std::ranges::find(faults_, number, &LogFault::at_append);
  if (fault == faults_.end()) return log_.append(batches);
  if (fault->kind == LogFault::Kind::refuse) {
    return Error{"StateNotWritable", "The disk refused a write.", "refused on purpose"};
  }
  TRY(log_.append(batches.first(batches.size() / 2)));
  dead_ = true;
  return refuse_if_broken();
}

Result<std::uint64_t> FailingLog::replay(std::uint64_t from, const RowSink& sink) {
  if (dead_) return Error{"StateUnreadable", "The disk is gone.", "torn on purpose"};
  return log_.replay(from, sink);
}

Status FailingLog::snapshot(const LogView& view) {
  TRY(refuse_if_broken());
  return log_.snapshot(view);
}

Status FailingLog::trim(std::uint64_t to) {
  TRY(refuse_if_broken());
  return log_.trim(to);
}

}  // namespace roadstead
