#include "store/log/memory_log.h"

#include "base/text/text.h"

namespace roadstead {

Status check_continues(std::span<const LoggedBatch> batches, std::uint64_t newest) {
  for (const auto& batch : batches) {
    if (batch.seq != ++newest) {
      return Error{
          "StateNotWritable", "The state was changed by somebody else. Restart the server.",
          cat("batch ", batch.seq, " where ", newest, " was due")
      };
    }
  }
  return Done{};
}

Status MemoryLog::append(std::span<const LoggedBatch> batches) {
  TRY(check_continues(batches, disk_->seq));
  for (const auto& batch : batches) {
    for (const auto& change : batch.changes) {
      std::pair place{change.table, change.key};
      if (change.document) {
        disk_->rows[std::move(place)] = {*change.document, batch.seq};
      } else {
        disk_->rows.erase(place);
      }
    }
    disk_->seq = batch.seq;
  }
  return Done{};
}

Result<std::uint64_t> MemoryLog::replay(std::uint64_t from, const RowSink& sink) {
  for (const auto& [place, row] : disk_->rows) {
    if (row.seq > from) TRY(sink({place.first, place.second, row.document, row.seq}));
  }
  return disk_->seq;
}

Status MemoryLog::snapshot(const LogView& view) {
  MemoryDisk fresh;
  fresh.seq = view.seq;
  TRY(view.rows([&](const LoggedRow& row) -> Status {
    fresh.rows[{std::string(row.table), std::string(row.key)}] = {std::string(row.document), row.seq};
    return Done{};
  }));
  *disk_ = std::move(fresh);
  return Done{};
}

Status MemoryLog::trim(std::uint64_t) { return Done{}; }

}  // namespace roadstead
