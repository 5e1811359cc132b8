// The real Transactor: one thread runs transactions, another makes them durable in groups.
//
//   submit ─▶ inbox ─▶ state thread: run ─▶ to_log ─▶ log thread: append a group ─┐
//                            ▲   pending (run, not yet answered)                  │
//                            └──── durable up to seq N / could not be written ◀───┘
//
// While a group is on its way to the disk, further transactions run and queue: the more load, the larger the groups.
// When a group cannot be written, it and all that ran after it are undone, newest first, and answered with an Error;
// the next write is tried as ever, so that service returns when the disk does. Reads go on meanwhile.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/id/id.h"
#include "base/observe/metrics.h"
#include "base/time/time.h"
#include "store/log/log.h"
#include "store/transactor.h"

namespace roadstead {

class ThreadTransactor final : public Transactor {
 public:
  struct Deps {
    Database& database;  // belongs to the state thread from now on
    Log& log;            // belongs to the log thread from now on
    Feed& feed;          // belongs to the state thread from now on
    const Clock& clock;
    Ids& ids;  // belongs to the state thread from now on
    Metrics& metrics;
  };

  struct Limits {
    /// Work that may wait to be run; more is refused at once.
    std::size_t waiting = 65'536;
    /// Transactions that may wait to become durable; the state thread pauses at that.
    std::size_t in_flight = 8'192;
    /// Batches written in one go.
    std::size_t group = 1'024;
    /// How long the log thread has nothing to do before it lets the log do its housekeeping.
    Duration idle = std::chrono::milliseconds(100);
  };

  /// Starts both threads. The state is loaded already (load_state).
  explicit ThreadTransactor(Deps deps) : ThreadTransactor(deps, Limits{}) {}
  ThreadTransactor(Deps deps, Limits limits);

  ~ThreadTransactor() override { stop(); }

  /// Ends what has run already (durable, answered), refuses what still waits and all that comes, joins the threads.
  /// After it nothing calls completions or feed listeners any more: what they refer to may go.
  void stop();

  /// As Transactor::submit; work that is refused because too much waits or because of the shut-down is answered on the
  /// calling thread.
  void submit(Work work, Completion done) override;

  Feed& feed() override { return deps_.feed; }

  /// Runs `errand` on the log thread between two groups: a backup, for example. Dropped when shutting down.
  void with_log(std::move_only_function<void(Log&)> errand);

 private:
  struct Job {
    Work work;
    Completion done;
  };

  /// A transaction that has run and is not yet answered.
  struct Pending {
    Status status;
    BatchPointer batch;
    std::uint64_t seen = 0;
    Completion done;
  };

  /// What the state thread found to do.
  struct Turn {
    std::deque<Job> jobs;
    std::optional<Error> failure;
    std::uint64_t durable = 0;
    bool end = false;
  };

  void run_state_thread();
  Turn next_turn();
  void run_jobs(std::deque<Job>& jobs);
  void settle(std::uint64_t durable);
  void undo_pending(const Error& failure);
  void refuse_waiting();

  void run_log_thread();
  void write_group(std::vector<BatchPointer> group);

  Deps deps_;
  Limits limits_;
  Histogram& append_time_;
  Counter& groups_;
  Counter& batches_;
  Counter& failures_;
  Gauge& waiting_;

  // State thread only.
  std::deque<Pending> pending_;
  std::uint64_t settled_ = 0;
  Instant latest_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable state_wakes_;
  std::condition_variable log_wakes_;
  std::deque<Job> inbox_;
  std::deque<BatchPointer> to_log_;
  std::deque<std::move_only_function<void(Log&)>> errands_;
  std::uint64_t durable_ = 0;
  std::optional<Error> failure_;  // set by the log thread, which then waits until the state thread takes it
  bool stopping_ = false;
  bool log_ends_ = false;

  std::thread log_thread_;
  std::thread state_thread_;
};

}  // namespace roadstead
