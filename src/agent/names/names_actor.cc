#include "agent/names/names_actor.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

#include "agent/names/names_view.h"
#include "agent/names/render_zone.h"
#include "base/observe/log.h"

namespace roadstead {

namespace {

/// How often the name server is looked after, whether anything changed or not.
constexpr auto look_again = std::chrono::seconds(10);
constexpr std::int64_t turn_seconds = 60;

}  // namespace

/// What the actor's thread and the state thread share; kept alive by callbacks that are still under way.
struct NamesActor::Shared : std::enable_shared_from_this<Shared> {
  explicit Shared(Transactor& with) : transactor(with) {}

  /// Has the rows read anew, unless that is under way already: then once more afterwards.
  void request_view() {
    {
      std::lock_guard lock(mutex);
      if (ending) return;
      stale = true;
      if (reading) return;
      reading = true;
      stale = false;
    }
    auto read = std::make_shared<NamesView>();
    auto work = [read](Tx& tx) -> Status {
      *read = names_view_of(tx);
      return Done{};
    };
    auto done = [self = shared_from_this(), read](Status status) { self->take_view(status, std::move(*read)); };
    transactor.submit(std::move(work), std::move(done));
  }

  void take_view(const Status& status, NamesView read) {
    bool again = false;
    {
      std::lock_guard lock(mutex);
      reading = false;
      again = stale && status.has_value();
      if (status) {
        view = std::move(read);
        changed = true;
      }
    }
    wake.notify_all();
    if (again) request_view();
  }

  Transactor& transactor;
  Subscription subscription;  // state thread only

  std::mutex mutex;  // guards what follows
  std::condition_variable wake;
  NamesView view;
  bool changed = false;  // since the name server was told last
  bool reading = false;  // a view is being read
  bool stale = false;    // rows changed since that reading began
  bool ending = false;
  std::optional<Error> problem;  // of the last time, so that each is logged once
};

NamesActor::NamesActor(Deps deps)
    : deps_(deps),
      shared_(std::make_shared<Shared>(deps.transactor)),
      told_(deps.metrics.counter("roadstead_names_told_total", "How often the name server was compared with the rows.")),
      errors_(deps.metrics.counter("roadstead_names_errors_total", "How often that failed.")) {}

NamesActor::~NamesActor() { stop(); }

Status NamesActor::start() {
  CHECK(!thread_.joinable(), "an actor is started once");
  auto shared = shared_;
  auto ready = std::make_shared<std::promise<Status>>();
  auto outcome = ready->get_future();
  auto read = [shared](Tx& tx) -> Status {
    std::lock_guard lock(shared->mutex);
    shared->view = names_view_of(tx);
    return Done{};
  };
  auto subscribe = [shared, ready](Status status) {
    if (status) {
      auto& feed = shared->transactor.feed();
      auto listener = [weak = std::weak_ptr(shared)](const BatchPointer& batch) {
        auto self = weak.lock();
        if (self != nullptr && std::ranges::any_of(batch->changes, concerns_names)) self->request_view();
      };
      auto subscription = feed.subscribe(feed.newest(), std::move(listener));
      CHECK(subscription.has_value(), "the newest batch is never too old");
      shared->subscription = std::move(subscription).value();
      // What changed between the reading and now.
      shared->request_view();
    }
    ready->set_value(std::move(status));
  };
  deps_.transactor.submit(std::move(read), std::move(subscribe));
  TRY(outcome.get());
  auto told = tell_once();
  thread_ = std::thread([this] { run(); });
  if (!told) stop();
  return told;
}

void NamesActor::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->ending = true;
  }
  shared_->wake.notify_all();
  thread_.join();
  // The subscription belongs to the state thread, so it ends there.
  std::promise<void> ended;
  auto shared = shared_;
  auto nothing = [](Tx&) -> Status { return Done{}; };
  auto unsubscribe = [shared, &ended](const Status&) {
    shared->subscription = Subscription();
    ended.set_value();
  };
  deps_.transactor.submit(std::move(nothing), std::move(unsubscribe));
  ended.get_future().wait();
}

Status NamesActor::tell_once() {
  NamesView view;
  {
    std::lock_guard lock(shared_->mutex);
    view = shared_->view;
    shared_->changed = false;
  }
  auto turn = takes_turns(view) ? static_cast<std::uint64_t>(deps_.clock.now().micros / 1'000'000 / turn_seconds) : 0;
  auto told = deps_.server.tell(render_zone(view, turn));
  told_.add();
  if (!told) errors_.add();
  return told;
}

void NamesActor::run() {
  pthread_setname_np(pthread_self(), "names");
  while (true) {
    {
      std::unique_lock lock(shared_->mutex);
      shared_->wake.wait_for(lock, look_again, [&] { return shared_->changed || shared_->ending; });
      if (shared_->ending) return;
    }
    auto told = tell_once();
    std::lock_guard lock(shared_->mutex);
    std::optional<Error> problem;
    if (!told) problem = told.error();
    if (problem && problem != shared_->problem) {
      log_error("names.failed", {{"code", problem->code}, {"message", problem->message}, {"detail", problem->detail}});
    }
    shared_->problem = std::move(problem);
  }
}

}  // namespace roadstead
