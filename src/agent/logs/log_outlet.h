// The port to where the lines of one container go: a stream of the Logs service, a fluentd, a syslog, the journal.
//
// One outlet for each container, made by `make_log_outlet`; each driver is one small file that says how lines look and
// leaves sockets to LogConnection. Calls block, at most a few seconds; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "agent/core/actions.h"
#include "agent/logs/log_line.h"
#include "base/result/result.h"

namespace roadstead {

class LogSink;

class LogOutlet {
 public:
  virtual ~LogOutlet() = default;

  /// Makes ready what lines need: the stream, the connection. Doing it again changes nothing.
  /// Errors: ResourceNotFoundException for a log group that is missing, LogUnreachable when nobody is there.
  virtual Status open() = 0;

  /// Sends lines in order. On an Error the same lines are offered again later; some may arrive twice then.
  virtual Status send(std::span<const LogLine> lines) = 0;

  /// How many lines ever arrived, if that is known: what a node that was killed between sending and its own note needs
  /// in order not to send lines twice. After open().
  virtual std::optional<std::uint64_t> arrived() { return std::nullopt; }

  /// Ends politely: waits, for at most a second, until the other side has read everything. open() begins anew.
  virtual void close() {}
};

/// The outlet of a target that is forwarded. `sink` is where awslogs goes, and must outlive it.
std::unique_ptr<LogOutlet> make_log_outlet(const LogTarget& target, LogSink& sink);

/// Who shares a thread: outlets that may keep each other waiting. Empty for the Logs service.
std::string log_lane(const LogTarget& target);

/// Whether a container with this log may start. Errors: CannotStartContainerError with Docker's words.
Status check_log_outlet(const LogTarget& target, LogSink& sink);

}  // namespace roadstead
