// Carries the output of containers from their spools to the log service: awslogs only; other drivers leave it in the spool.
//
// One thread goes round all followed containers. A line is sent, then the place behind it is noted in the node's store; the
// note also says how many events the stream had, so that after a crash in between the sink's own count tells which lines
// were sent already. A sink that fails is tried again, and meanwhile the spool keeps the lines (its size is bounded, what it
// drops is counted). Memory: at most one batch of events a container.
//
//   spool ─► read ≤ 500 lines ─► append ─► note {segment, offset, sequence, events}
//               └─ with a pattern of event starts: lines are put together until the next start, the end, or five seconds
//
// Any thread may follow, finish and stop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/core/render_container.h"
#include "agent/node/log_sink.h"
#include "agent/node/multiline.h"
#include "agent/node/node_store.h"
#include "agent/runtime/port.h"
#include "agent/runtime/spool_reader.h"
#include "base/observe/metrics.h"

namespace roadstead {

/// Where the forwarding of one container stands.
struct LogPosition {
  SpoolPosition spool = {};
  /// Events that were appended to the stream up to there.
  std::uint64_t events = 0;

  bool operator==(const LogPosition&) const = default;
};

std::string encode_log_position(const LogPosition& position);
Result<LogPosition> parse_log_position(std::string_view document);

class LogForwarder {
 public:
  /// All must outlive it.
  LogForwarder(LogSink& sink, NodeStore& store, Metrics& metrics);

  /// Sends nothing more. What was not sent stays in the spools.
  ~LogForwarder();
  LogForwarder(const LogForwarder&) = delete;
  LogForwarder& operator=(const LogForwarder&) = delete;

  /// Takes a position from the node's store, before the container is followed again.
  void remember(const std::string& key, const std::string& document);

  /// Begins to forward a container's output, or goes on where it was. Doing it again changes nothing. `event_pattern`:
  /// what begins an event of several lines (multiline.h); nothing when every line is one, as with a pattern that is none.
  void follow(
      const ContainerRef& container, const std::string& spool_directory, const LogTarget& target,
      const std::optional<std::string>& event_pattern = {}
  );

  /// Forwards what is left of a task, for at most two seconds, and forgets it.
  void finish(const std::string& task_id);

 private:
  struct Followed {
    ContainerRef container;
    LogTarget target;
    std::unique_ptr<SpoolReader> reader;
    LogPosition position;          // noted
    std::vector<LogLine> unsent;
    SpoolPosition behind_unsent;
    bool ready = false;  // the stream exists and the sink's count was compared
    std::uint64_t skip = 0;
    std::optional<EventStart> start;  // set when events may have several lines
    std::optional<LogLine> open;      // the event that the next line may go on
    std::chrono::steady_clock::time_point open_since;
    std::mutex mutex;    // one forwards at a time
  };

  void run();
  bool forward(Followed& followed, bool ending = false);
  bool make_ready(Followed& followed);
  void read(Followed& followed, bool ending);
  void take_line(Followed& followed, LogLine line, const SpoolPosition& before);
  void close_event(Followed& followed, const SpoolPosition& behind);
  void note(Followed& followed);

  LogSink& sink_;
  NodeStore& store_;
  Counter& lines_;
  Counter& lost_;
  Counter& failures_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::map<ContainerRef, std::shared_ptr<Followed>> followed_;
  std::map<std::string, LogPosition> remembered_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace roadstead
