#include "store/thread_transactor.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "store/logged.h"
#include "store/not_durable.h"

namespace roadstead {

namespace {

constexpr std::size_t jobs_a_turn = 256;

}  // namespace

ThreadTransactor::ThreadTransactor(Deps deps, Limits limits)
    : deps_(deps),
      limits_(limits),
      append_time_(deps.metrics.histogram("roadstead_log_append_seconds", "Time to make one group durable.")),
      groups_(deps.metrics.counter("roadstead_log_groups_total", "Groups of transactions made durable.")),
      batches_(deps.metrics.counter("roadstead_log_batches_total", "Transactions made durable.")),
      failures_(deps.metrics.counter("roadstead_log_failures_total", "Groups that could not be made durable.")),
      waiting_(deps.metrics.gauge("roadstead_state_waiting", "Transactions waiting to be run.")),
      settled_(deps.database.seq()),
      durable_(deps.database.seq()) {
  log_thread_ = std::thread([this] { run_log_thread(); });
  state_thread_ = std::thread([this] { run_state_thread(); });
}

void ThreadTransactor::stop() {
  if (!state_thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  state_wakes_.notify_one();
  state_thread_.join();
  {
    std::lock_guard lock(mutex_);
    log_ends_ = true;
  }
  log_wakes_.notify_one();
  log_thread_.join();
}

void ThreadTransactor::submit(Work work, Completion done) {
  const char* refusal = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) {
      refusal = "The server is shutting down. Try again in a moment.";
    } else if (inbox_.size() >= limits_.waiting) {
      refusal = "The server is overloaded. Try again in a moment.";
    } else {
      inbox_.push_back({std::move(work), std::move(done)});
      waiting_.set(static_cast<std::int64_t>(inbox_.size()));
    }
  }
  if (refusal == nullptr) {
    state_wakes_.notify_one();
  } else if (done) {
    done(Error{"ServerException", refusal});
  }
}

void ThreadTransactor::with_log(std::move_only_function<void(Log&)> errand) {
  {
    std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  log_wakes_.notify_one();
}

// ── the state thread ──

void ThreadTransactor::run_state_thread() {
  pthread_setname_np(pthread_self(), "state");
  for (;;) {
    auto turn = next_turn();
    settle(turn.durable);
    if (turn.failure) undo_pending(*turn.failure);
    if (turn.end) break;
    run_jobs(turn.jobs);
    // Reads that saw only durable rows need not wait for the log.
    settle(turn.durable);
  }
  refuse_waiting();
}

ThreadTransactor::Turn ThreadTransactor::next_turn() {
  std::unique_lock lock(mutex_);
  state_wakes_.wait(lock, [this] {
    bool may_run = !stopping_ && !inbox_.empty() && pending_.size() < limits_.in_flight;
    bool may_end = stopping_ && pending_.empty();
    return failure_ || durable_ > settled_ || may_run || may_end;
  });
  Turn turn;
  turn.durable = durable_;
  if (failure_) {
    turn.failure = std::move(failure_);
    failure_.reset();
    to_log_.clear();  // they follow what could not be written
  } else if (!stopping_) {
    auto count = std::min(inbox_.size(), jobs_a_turn);
    for (; count > 0 && pending_.size() + turn.jobs.size() < limits_.in_flight; --count) {
      turn.jobs.push_back(std::move(inbox_.front()));
      inbox_.pop_front();
    }
    waiting_.set(static_cast<std::int64_t>(inbox_.size()));
  }
  turn.end = stopping_ && pending_.empty();
  return turn;
}

void ThreadTransactor::run_jobs(std::deque<Job>& jobs) {
  for (auto& job : jobs) {
    latest_ = std::max(latest_, deps_.clock.now());
    auto outcome = deps_.database.run(job.work, latest_, deps_.ids);
    pending_.push_back({std::move(outcome.status), outcome.batch, outcome.seen, std::move(job.done)});
    if (outcome.batch == nullptr) continue;
    bool wake;
    {
      std::lock_guard lock(mutex_);
      wake = to_log_.empty();
      to_log_.push_back(std::move(outcome.batch));
    }
    if (wake) log_wakes_.notify_one();
  }
}

void ThreadTransactor::settle(std::uint64_t durable) {
  settled_ = durable;
  while (!pending_.empty() && pending_.front().seen <= durable) {
    auto ended = std::move(pending_.front());
    pending_.pop_front();
    if (ended.batch != nullptr) deps_.feed.publish(std::move(ended.batch));
    if (ended.done) ended.done(std::move(ended.status));
  }
}

void ThreadTransactor::undo_pending(const Error& failure) {
  log_error("state_not_written", {{"why", failure.message}, {"detail", failure.detail},
                                  {"undone", cat(pending_.size())}});
  for (auto lost = pending_.rbegin(); lost != pending_.rend(); ++lost) {
    if (lost->batch != nullptr) deps_.database.undo(*lost->batch);
  }
  auto lost = std::exchange(pending_, {});
  for (auto& one : lost) {
    if (one.done) one.done(not_durable(failure));
  }
}

void ThreadTransactor::refuse_waiting() {
  std::deque<Job> jobs;
  {
    std::lock_guard lock(mutex_);
    jobs.swap(inbox_);
  }
  for (auto& job : jobs) {
    if (job.done) job.done(Error{"ServerException", "The server is shutting down. Try again in a moment."});
  }
}

// ── the log thread ──

void ThreadTransactor::run_log_thread() {
  pthread_setname_np(pthread_self(), "log");
  bool tidy = false;
  for (;;) {
    std::vector<BatchPointer> group;
    std::move_only_function<void(Log&)> errand;
    std::uint64_t durable = 0;
    {
      std::unique_lock lock(mutex_);
      auto something = [this] { return (!to_log_.empty() && !failure_) || !errands_.empty() || log_ends_; };
      if (tidy) {
        log_wakes_.wait(lock, something);
      } else {
        log_wakes_.wait_for(lock, limits_.idle, something);
      }
      if (log_ends_) return;
      durable = durable_;
      if (!errands_.empty()) {
        errand = std::move(errands_.front());
        errands_.pop_front();
      } else if (!failure_) {
        auto count = static_cast<std::ptrdiff_t>(std::min(to_log_.size(), limits_.group));
        group.assign(std::move_iterator(to_log_.begin()), std::move_iterator(to_log_.begin() + count));
        to_log_.erase(to_log_.begin(), to_log_.begin() + count);
      }
    }
    if (errand) {
      errand(deps_.log);
    } else if (!group.empty()) {
      write_group(std::move(group));
      tidy = false;
    } else {
      auto trimmed = deps_.log.trim(durable);
      if (!trimmed) log_warning("log_trim_failed", {{"why", trimmed.error().message}, {"detail", trimmed.error().detail}});
      tidy = true;
    }
  }
}

void ThreadTransactor::write_group(std::vector<BatchPointer> group) {
  std::vector<LoggedBatch> documents;
  documents.reserve(group.size());
  for (const auto& batch : group) documents.push_back(to_log(*batch, deps_.database.tables()));
  auto begin = std::chrono::steady_clock::now();
  auto written = deps_.log.append(documents);
  append_time_.observe(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin).count()
  );
  if (written) {
    groups_.add();
    batches_.add(group.size());
  } else {
    failures_.add();
  }
  {
    std::lock_guard lock(mutex_);
    if (written) {
      durable_ = group.back()->seq;
    } else {
      failure_ = written.error();
    }
  }
  state_wakes_.notify_one();
}

}  // namespace roadstead
