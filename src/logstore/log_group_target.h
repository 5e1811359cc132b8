// Log groups as targets of rules: each event becomes one log event of the group, as JSON text. The calls that are owed are
// rows; one goes once its event is in the log, so a crash between the two writes the event twice, never not at all.
//
//     InvocationRow ──feed──▶ owed ──due──▶ stream made, events appended ──▶ rows gone
//                              ▲                   │ failed
//                              └── later (decide/events/retry)
//
// A thread of its own does it, or `step`, in tests. Streams are called "<rule>/<uuid>", one for each rule and target.
// Source: reference/ecs-core.md §10.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time/time.h"
#include "logstore/stored_log_sink.h"
#include "store/feed/feed.h"
#include "store/transactor.h"

namespace roadstead {

struct InvocationRow;

class LogGroupTarget {
 public:
  struct Deps {
    Transactor& transactor;
    LogStore& logs;
    const Clock& clock;
  };

  explicit LogGroupTarget(Deps deps);
  ~LogGroupTarget() { stop(); }
  LogGroupTarget(const LogGroupTarget&) = delete;
  LogGroupTarget& operator=(const LogGroupTarget&) = delete;

  /// Follows the rows from now on; with `background` a thread makes the calls. To shut down: stop this, stop the
  /// transactor, and only then destroy this. Not on the state thread.
  void start(bool background = true);

  /// Ends and joins the thread; what is still owed is left for the next start.
  void stop();

  /// Makes the calls that are due; says whether there were any. Blocks; not on the state thread.
  bool step();

 private:
  using RowPointer = std::shared_ptr<const InvocationRow>;

  /// `number` keeps what happened at the same time in the order in which it was told.
  struct Owed {
    RowPointer row;
    std::uint64_t number = 0;
  };

  void take(const std::string& id, RowPointer row);
  std::vector<Owed> take_due(Instant now);
  void deliver(const std::vector<RowPointer>& rows);
  Status append(const std::string& group, const std::string& stream, const std::vector<RowPointer>& rows);
  void run();

  Deps deps_;
  StoredLogSink sink_;
  Subscription subscription_;  // belongs to the state thread

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::string, Owed> owed_;
  std::uint64_t told_ = 0;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace roadstead
