#include "gateway/waiting_room.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>
#include <vector>

namespace roadstead {

namespace {

/// The wall clock is looked at so often at least, since it may be set forward.
constexpr Duration look_again = std::chrono::seconds(1);

/// Runs `errand` on the state thread and waits for it. False when the transactor takes nothing just now: then it is not run.
bool on_state_thread(Transactor& transactor, std::function<void()> errand) {
  auto ready = std::make_shared<std::promise<bool>>();
  auto done = ready->get_future();
  transactor.submit([](Tx&) -> Status { return Done{}; }, [ready, errand = std::move(errand)](const Status& status) {
    if (status) errand();
    ready->set_value(status.has_value());
  });
  return done.get();
}

}  // namespace

void WaitingRoom::start(bool background) {
  on_state_thread(deps_.transactor, [this] {
    auto& feed = deps_.transactor.feed();
    auto subscription = feed.subscribe(feed.newest(), [this](const BatchPointer& batch) { look_at(*batch); });
    CHECK(subscription, "the feed remembers what comes after its newest batch");
    subscription_ = std::move(subscription).value();
  });
  if (background) thread_ = std::thread([this] { run(); });
}

void WaitingRoom::stop() {
  if (thread_.joinable()) {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_one();
    }
    thread_.join();
    on_state_thread(deps_.transactor, [this] {
      closed_ = true;
      while (!times_.empty()) {
        auto [until, key, place] = *times_.begin();
        wake(key, place);
      }
    });
  }
}

bool WaitingRoom::wait(const std::string& key, std::uint64_t place, Instant until, RunAgain run_again) {
  if (closed_) return false;
  lines_[key].emplace(place, Waiting{until, std::move(run_again)});
  times_.emplace(until, key, place);
  tell_timer();
  return true;
}

std::optional<Instant> WaitingRoom::next_wake() const {
  if (times_.empty()) return std::nullopt;
  return std::get<Instant>(*times_.begin());
}

void WaitingRoom::run_due(Instant now) {
  // Whoever waits again at once does so for later than now.
  while (!times_.empty() && std::get<Instant>(*times_.begin()) <= now) {
    auto [until, key, place] = *times_.begin();
    wake(key, place);
  }
  tell_timer();
}

void WaitingRoom::look_at(const Batch& batch) {
  if (lines_.empty()) return;
  std::vector<std::string> keys;
  for (const auto& service : deps_.services) {
    if (service.waits == nullptr) continue;
    for (const auto& change : batch.changes) service.waits->woken_by(change, keys);
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  for (const auto& key : keys) wake_first(key);
}

void WaitingRoom::wake_first(const std::string& key) {
  auto line = lines_.find(key);
  if (line != lines_.end()) wake(key, line->second.begin()->first);
}

void WaitingRoom::wake(const std::string& key, std::uint64_t place) {
  auto line = lines_.find(key);
  auto waiting = line->second.extract(place);
  times_.erase({waiting.mapped().until, key, place});
  if (line->second.empty()) lines_.erase(line);
  waiting.mapped().run_again();
}

void WaitingRoom::tell_timer() {
  std::lock_guard lock(mutex_);
  due_ = next_wake();
  changed_.notify_one();
}

void WaitingRoom::run() {
  pthread_setname_np(pthread_self(), "waiting");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!due_) {
      changed_.wait(lock, [this] { return due_ || stopping_; });
      continue;
    }
    auto left = *due_ - deps_.clock.now();
    if (left > Duration::zero()) {
      changed_.wait_for(lock, std::min(left, look_again));
      continue;
    }
    due_.reset();  // run_due says what is due next
    lock.unlock();
    bool done = on_state_thread(deps_.transactor, [this] { run_due(deps_.clock.now()); });
    lock.lock();
    if (!done) due_ = deps_.clock.now() + look_again;
  }
}

}  // namespace roadstead
