// The events of all log streams: append-only segment files, and the one place that finds events in them.
//
// Which groups and streams there are, and how long events are kept, are rows; the store follows the feed of them, so
// that it refuses what does not exist, deletes what is deleted, and answers without going through the state thread.
// Any thread, except where noted; calls block on the disk. A thread of its own syncs, deletes and expires.
// It checks no request: limits of size, order and age of batches are the service's (services/logs).
//
//     rows ──feed──▶ which groups, streams, retention      append ──▶ StreamLog ──▶ segments
//                            │                              find   ◀── EventWindow ◀──┘
//                            └─ deleted, expired ──▶ own thread
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"
#include "logstore/event_window.h"
#include "logstore/stream_log.h"
#include "store/feed/feed.h"

namespace roadstead {

class Transactor;
struct LogGroupRow;
struct LogStreamRow;

/// What AWS says of what is not there.
Error log_group_missing();
Error log_stream_missing();

/// Where an event stands among those of its group, in a form that outlives the process: page tokens are made of it.
/// As a bound it stands just before that event.
struct EventPlace {
  std::int64_t timestamp = 0;
  std::string stream;
  std::uint64_t number = 0;

  bool operator==(const EventPlace&) const = default;
};

/// Which events of a group to find.
struct EventQuery {
  std::string group;
  /// Only these streams; empty means all whose name begins with `stream_prefix`.
  std::vector<std::string> streams = {};
  std::string stream_prefix = {};
  /// Milliseconds since 1970; `until` is not included.
  std::int64_t from = 0;
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  /// Forwards the events at and after it, backwards those before it.
  std::optional<EventPlace> place = {};
  bool backwards = false;
  std::size_t limit = 10'000;
  std::size_t most_bytes = std::size_t{1} << 20;
  /// Only messages for which it is true; may be empty.
  std::function<bool(std::string_view)> matches = {};
  /// After so many bytes of segments it answers with what it has, provided that it got anywhere.
  std::uint64_t most_read = std::numeric_limits<std::uint64_t>::max();
};

struct LogEvent {
  std::string stream;
  std::uint64_t number = 0;
  std::int64_t timestamp = 0;
  std::int64_t ingested = 0;
  std::string message;
};

struct LogPage {
  /// By timestamp, then stream, then as they were appended; backwards too.
  std::vector<LogEvent> events;
  /// The place to go on from in the same direction; absent when everything was seen.
  std::optional<EventPlace> next;
};

/// What is known of a stream without its events. Times are milliseconds since 1970, absent without events.
struct StreamStatus {
  std::optional<std::int64_t> first_event;
  std::optional<std::int64_t> last_event;
  std::optional<std::int64_t> last_ingested;
  std::uint64_t stored_bytes = 0;
  std::uint64_t appended = 0;
};

class LogStore {
 public:
  struct Settings {
    std::string directory;
    /// The time of ingestion and of expiry; null is the clock of this machine. Must outlive the store.
    const Clock* clock = nullptr;
    std::uint64_t segment_bytes = std::uint64_t{4} << 20;
    /// Files kept open for appending.
    std::size_t open_files = 128;
    /// Whether there is a thread that syncs every `sync_every`. Without it `maintain` is for the caller, and deleted
    /// streams lose their files at once.
    bool background = true;
    std::chrono::milliseconds sync_every = std::chrono::seconds(1);
  };

  /// Errors: those of io/file.h, when the directory cannot be made.
  static Result<std::unique_ptr<LogStore>> open(Settings settings);
  ~LogStore();

  /// Learns the groups and streams from the rows and follows them from then on; what has files but no row is deleted.
  /// Doing it again does nothing. Blocks until the rows are read. Not on the state thread. The store outlives the feed.
  void follow(Transactor& transactor);

  /// The row of a group, or null.
  std::shared_ptr<const LogGroupRow> group(std::string_view name) const;
  /// All of them, by name.
  std::vector<std::shared_ptr<const LogGroupRow>> groups() const;
  std::shared_ptr<const LogStreamRow> stream(std::string_view group, std::string_view stream) const;
  /// The streams of a group by name; empty too when there is no such group.
  std::vector<std::shared_ptr<const LogStreamRow>> streams(std::string_view group) const;

  /// Appends events in order, all or none, and gives how many the stream has had by now.
  /// Errors: ResourceNotFoundException; ServiceUnavailableException, when the disk is full or fails: the next call is as
  /// good as the first.
  Result<std::uint64_t> append(const std::string& group, const std::string& stream, std::span<const NewEvent> events);

  /// How many events were ever appended to a stream; nothing when there is no such stream.
  std::optional<std::uint64_t> appended(const std::string& group, const std::string& stream);

  /// Finds events that are not older than the group's retention.
  /// Errors: ResourceNotFoundException (the group, or a stream of `streams`); ServiceUnavailableException.
  Result<LogPage> find(const EventQuery& query);

  /// Errors: as `find`.
  Result<StreamStatus> status(const std::string& group, const std::string& stream);

  /// What the events of a group occupy. Reads the directories of its streams the first time.
  std::uint64_t stored_bytes(const std::string& group);

  Instant now() const;

  /// Syncs, deletes and, once an hour or if `expire`, deletes segments that are older than the retention of their group.
  void maintain(bool expire);

 private:
  struct Stream {
    std::shared_ptr<const LogStreamRow> row;
    std::shared_ptr<StreamLog> log;
  };

  struct Group {
    std::shared_ptr<const LogGroupRow> row;
    std::map<std::string, Stream, std::less<>> streams;
  };

  struct Search;

  explicit LogStore(Settings settings);

  void take_group(const std::string& name, std::shared_ptr<const LogGroupRow> row);
  void take_stream(std::shared_ptr<const LogStreamRow> before, std::shared_ptr<const LogStreamRow> after);
  void add_stream(std::shared_ptr<const LogStreamRow> row);
  void drop_stream(const LogStreamRow& row);
  void take_batch(const Batch& batch);
  std::string directory_of(const LogStreamRow& row) const;
  Result<std::shared_ptr<StreamLog>> log_of(std::string_view group, std::string_view stream) const;
  std::optional<std::int64_t> cutoff_of(const LogGroupRow& row) const;
  Status choose_streams(const EventQuery& query, Search& search) const;
  Result<SegmentSummary> scan(const EventQuery& query, Search& search, std::size_t index) const;
  void run();
  void sweep();
  void sync_all();
  void delete_dropped();
  void expire_all();

  const Settings settings_;
  mutable std::mutex mutex_;  // guards everything down to `stopping_`; never held while the disk is used
  std::map<std::string, Group, std::less<>> groups_;
  std::vector<std::shared_ptr<StreamLog>> dropped_;
  std::vector<std::shared_ptr<StreamLog>> written_;  // since the last sync; each at most once
  bool following_ = false;
  bool sweep_wanted_ = false;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::atomic<bool> failing_{false};
  std::chrono::steady_clock::time_point next_expiry_;
  Subscription subscription_;  // belongs to the state thread
  std::thread thread_;
};

}  // namespace roadstead
