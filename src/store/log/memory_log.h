// A log whose disk is memory: as exact as the real one, and gone with the process. One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "store/log/log.h"

namespace roadstead {

/// What outlives a MemoryLog, as a file outlives a process.
struct MemoryDisk {
  struct Row {
    std::string document;
    std::uint64_t seq = 0;
  };

  std::map<std::pair<std::string, std::string>, Row> rows;  // by table and key
  std::uint64_t seq = 0;
};

class MemoryLog final : public Log {
 public:
  explicit MemoryLog(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>()) : disk_(std::move(disk)) {}

  Status append(std::span<const LoggedBatch> batches) override;
  Result<std::uint64_t> replay(std::uint64_t from, const RowSink& sink) override;
  Status snapshot(const LogView& view) override;
  Status trim(std::uint64_t to) override;

 private:
  std::shared_ptr<MemoryDisk> disk_;
};

/// The Error for batches that do not continue the log: a bug of the caller, or two writers.
Status check_continues(std::span<const LoggedBatch> batches, std::uint64_t newest);

}  // namespace roadstead
