// The log sink of the node on this machine: makes the rows of groups and streams, and appends to the LogStore.
// Any thread but the state thread; calls block. Source: reference/ecs-core.md §7.1 (awslogs).
#pragma once

#include "agent/node/log_sink.h"

namespace roadstead {

class LogStore;
class Transactor;

class StoredLogSink final : public LogSink {
 public:
  /// Lets `logs` follow the rows if it does not yet.
  StoredLogSink(Transactor& transactor, LogStore& logs);

  Status ensure_stream(const std::string& group, const std::string& stream, bool create_group) override;
  Status append(const std::string& group, const std::string& stream, std::span<const LogLine> events) override;
  std::optional<std::uint64_t> appended(const std::string& group, const std::string& stream) override;

 private:
  Transactor& transactor_;
  LogStore& logs_;
};

}  // namespace roadstead
