#include "measure_loop.h"

#include <pthread.h>

#include <algorithm>
#include <future>
#include <memory>

#include "base/observe/log.h"

namespace roadstead {

namespace {

/// The wall clock may be set while we wait for a period to end.
constexpr Duration longest_wait = std::chrono::seconds(1);

}  // namespace

MeasureLoop::MeasureLoop(Deps deps) : deps_(std::move(deps)), usage_(deps_.runtime) {
  thread_ = std::thread([this] { run(); });
}

MeasureLoop::~MeasureLoop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

/// False when it is time to end.
bool MeasureLoop::wait_until(Instant at) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto left = at - deps_.clock.now();
    if (left <= Duration::zero()) return true;
    stop_.wait_for(lock, std::min(left, longest_wait));
  }
  return false;
}

void MeasureLoop::run() {
  pthread_setname_np(pthread_self(), "measure");
  while (true) {
    auto length = deps_.period.count();
    Instant end{(deps_.clock.now().micros / length + 1) * length};
    if (!wait_until(end)) return;
    measure(end - deps_.period, end);
  }
}

void MeasureLoop::measure(Instant begin, Instant end) {
  auto tasks = std::make_shared<std::vector<RunningTask>>();
  auto read = std::make_shared<std::promise<Status>>();
  auto outcome = read->get_future();
  deps_.transactor.submit(
      [tasks, node = deps_.node_id](Tx& tx) -> Status {
        *tasks = running_tasks_of(tx, node);
        return Done{};
      },
      [read](Status status) { read->set_value(std::move(status)); }
  );
  if (!outcome.get()) return;
  auto measured = std::make_shared<Measurements>(Measurements{.begin = begin, .end = end});
  measured->tasks = usage_.take(*tasks, deps_.clock.now());
  measured->groups = traffic_.take(deps_.proxy.stats());
  deps_.transactor.submit(
      [measured, &store = deps_.store](Tx& tx) { return observe_measurements(tx, store, *measured); },
      [](const Status& status) {
        if (!status) log_warning("measurements_not_taken", {{"why", status.error().message}});
      }
  );
}

}  // namespace roadstead
