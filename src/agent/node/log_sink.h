// The port to where lines of containers go: log groups and streams of the Logs service, here or behind a link.
//
// The outlet of awslogs is the only caller (agent/logs/log_outlet.h); calls may block. The real one is made by the Logs service,
// RecordingLogSink below is for tests and the simulation.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/logs/log_line.h"
#include "base/result/result.h"

namespace roadstead {

class LogSink {
 public:
  virtual ~LogSink() = default;

  /// Makes the stream exist, and its group if `create_group`. Doing it again succeeds.
  /// Errors: ResourceNotFoundException when the group does not exist and is not to be made.
  virtual Status ensure_stream(const std::string& group, const std::string& stream, bool create_group) = 0;

  /// Appends events in order, all or none. On an Error the same events are offered again later.
  virtual Status append(const std::string& group, const std::string& stream, std::span<const LogLine> events) = 0;

  /// How many events were ever appended to the stream, if that is known: what a forwarder that was killed between an
  /// append and its own note needs in order not to send lines twice.
  virtual std::optional<std::uint64_t> appended(const std::string& group, const std::string& stream) = 0;
};

/// Keeps everything in memory. Any thread.
class RecordingLogSink final : public LogSink {
 public:
  Status ensure_stream(const std::string& group, const std::string& stream, bool create_group) override {
    std::lock_guard lock(mutex_);
    bool known = groups_.contains(group) || groups_open_;
    if (!known && !create_group) {
      return Error{"ResourceNotFoundException", "The specified log group does not exist."};
    }
    groups_[group];
    streams_[{group, stream}];
    return Done{};
  }

  Status append(const std::string& group, const std::string& stream, std::span<const LogLine> events) override {
    std::lock_guard lock(mutex_);
    if (failing_) return Error{"ServiceUnavailable", "the log service is away"};
    auto& lines = streams_[{group, stream}];
    lines.insert(lines.end(), events.begin(), events.end());
    return Done{};
  }

  std::optional<std::uint64_t> appended(const std::string& group, const std::string& stream) override {
    std::lock_guard lock(mutex_);
    return streams_[{group, stream}].size();
  }

  /// Whether groups that nobody made are taken as existing.
  void open_groups(bool open) {
    std::lock_guard lock(mutex_);
    groups_open_ = open;
  }

  void fail(bool failing) {
    std::lock_guard lock(mutex_);
    failing_ = failing;
  }

  std::vector<std::string> messages(const std::string& group, const std::string& stream) const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> messages;
    auto found = streams_.find({group, stream});
    if (found == streams_.end()) return messages;
    for (const auto& line : found->second) messages.push_back(line.message);
    return messages;
  }

 private:
  mutable std::mutex mutex_;  // guards everything below
  bool groups_open_ = true;
  bool failing_ = false;
  std::map<std::string, int> groups_;
  std::map<std::pair<std::string, std::string>, std::vector<LogLine>> streams_;
};

}  // namespace roadstead
