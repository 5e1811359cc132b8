#include "control/controller_timer.h"

#include <pthread.h>

#include <algorithm>

namespace roadstead {

ControllerTimer::ControllerTimer(
    Controllers& controllers, Transactor& transactor, const Clock& clock, Duration look_again
)
    : controllers_(controllers), transactor_(transactor), clock_(clock), look_again_(look_again) {
  controllers_.on_next_wake([this](std::optional<Instant> due) {
    std::lock_guard lock(mutex_);
    due_ = due;
    changed_.notify_one();
  });
  thread_ = std::thread([this] { run(); });
}

void ControllerTimer::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

// On the state thread, unless the hand-over was refused: then on any.
void ControllerTimer::wake(bool handed_over) {
  if (handed_over) {
    controllers_.run_due(clock_.now());
    return;
  }
  std::lock_guard lock(mutex_);
  due_ = clock_.now() + look_again_;
  changed_.notify_one();
}

void ControllerTimer::run() {
  pthread_setname_np(pthread_self(), "timer");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!due_) {
      changed_.wait(lock, [this] { return due_ || stopping_; });
      continue;
    }
    auto left = *due_ - clock_.now();
    if (left > Duration::zero()) {
      changed_.wait_for(lock, std::min(left, look_again_));
      continue;
    }
    // The controllers will say what is due next; until then there is nothing to wait for.
    due_.reset();
    lock.unlock();
    transactor_.submit([](Tx&) -> Status { return Done{}; }, [this](Status status) { wake(status.has_value()); });
    lock.lock();
  }
}

}  // namespace roadstead
