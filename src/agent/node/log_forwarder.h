// Carries the output of containers from their spools to where their log drivers send it (agent/logs/log_outlet.h).
//
// A thread for each lane goes round the containers followed there; the Logs service is one lane, every other destination
// has its own, so that one that hangs holds up nobody else. A line is sent, then the place behind it is noted in the node's
// store, and the spool's files before it are deleted. For the Logs service the note also says how many events the stream
// had, so that after a crash in between the service's own count tells which lines were sent already; elsewhere such lines
// are sent twice. An outlet that fails is tried again, at growing intervals, and meanwhile the spool keeps the lines: its
// size is bounded, what it drops is counted, and said once for each container. Memory: one batch of lines a container.
//
//   spool ─► read ≤ 500 lines ─► send ─► note {segment, offset, sequence, events} ─► delete files that were read
//               └─ with a pattern of event starts: lines are put together until the next start, the end, or five seconds
//
// Any thread may follow, flush, finish and stop.
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

#include "agent/core/actions.h"
#include "agent/logs/log_outlet.h"
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
  /// Lines or events that were sent up to there.
  std::uint64_t events = 0;

  bool operator==(const LogPosition&) const = default;
};

std::string encode_log_position(const LogPosition& position);
Result<LogPosition> parse_log_position(std::string_view document);

class LogForwarder {
 public:
  /// All must outlive it. `sink`: where awslogs goes.
  LogForwarder(LogSink& sink, NodeStore& store, Metrics& metrics);

  /// Sends nothing more. What was not sent stays in the spools.
  ~LogForwarder();
  LogForwarder(const LogForwarder&) = delete;
  LogForwarder& operator=(const LogForwarder&) = delete;

  /// Takes a position from the node's store, before the container is followed again.
  void remember(const std::string& key, const std::string& document);

  /// Begins to forward a container's output, or goes on where it was. Doing it again changes nothing.
  /// The target says what begins an event of several lines (multiline.h); with a pattern that is none every line is one.
  void follow(const ContainerRef& container, const std::string& spool_directory, const LogTarget& target);

  /// Forwards what the containers of a task have said, but for those of the Logs service, until each has ended and all of
  /// it has been taken by the other side, which may have to start first; for at most five seconds.
  void flush(const std::string& task_id);

  /// Forwards what is left of a task, for at most two seconds, and forgets it.
  void finish(const std::string& task_id);

 private:
  struct Followed {
    ContainerRef container;
    LogTarget target;
    std::string lane;
    std::string spool_directory;
    std::unique_ptr<LogOutlet> outlet;
    std::unique_ptr<SpoolReader> reader;
    LogPosition position;          // noted
    std::vector<LogLine> unsent;
    SpoolPosition behind_unsent;
    bool ready = false;  // the outlet is open and its own count was compared
    bool at_end = false;  // the last record read was the container's end
    bool said_loss = false;
    std::uint64_t skip = 0;
    std::int64_t discarded_before = 0;  // segments before it are deleted
    std::optional<EventStart> start;  // set when events may have several lines
    std::optional<LogLine> open;      // the event that the next line may go on
    std::chrono::steady_clock::time_point open_since;
    std::chrono::steady_clock::time_point retry_at;
    std::chrono::milliseconds pause = {};  // after the last failure
    std::optional<LogPiece> pieces[2];     // of the long line that each stream is in
    std::mutex mutex;    // one forwards at a time
  };

  void run(const std::string& lane);
  std::vector<std::shared_ptr<Followed>> followed_in(const std::string& lane) const;
  std::vector<std::shared_ptr<Followed>> followed_of(const std::string& task_id) const;
  void begin_lane(const std::string& lane);
  std::shared_ptr<Followed> begin(
      const ContainerRef& container, const std::string& spool_directory, const LogTarget& target
  );
  bool forward(Followed& followed, bool ending = false);
  bool make_ready(Followed& followed);
  void fail(Followed& followed, const Error& error);
  void read(Followed& followed, bool ending);
  void take_record(Followed& followed, SpoolRecord record, const SpoolPosition& before);
  /// `insist`: goes on when the other side refuses.
  void drain(Followed& followed, std::chrono::steady_clock::time_point deadline, bool insist);
  static std::uint64_t left_of(Followed& followed);
  void count_loss(Followed& followed, std::uint64_t lines);
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
  std::map<std::string, std::thread> lanes_;
  std::vector<std::thread> ended_;  // of lanes that nobody is in any more
};

}  // namespace roadstead
