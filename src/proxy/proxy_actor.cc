#include "proxy/proxy_actor.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/fd.h"
#include "proxy/observe.h"

namespace roadstead {
namespace {

constexpr auto after_error = std::chrono::milliseconds(500);

int poll_timeout(Duration longest) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count());
}

}  // namespace

/// What the actor's thread and the state thread share; kept alive by callbacks that are still under way.
struct ProxyActor::Shared : std::enable_shared_from_this<Shared> {
  explicit Shared(Transactor& with) : transactor(with), wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  void ring() const {
    std::uint64_t one = 1;
    [[maybe_unused]] auto written = write(wake.get(), &one, sizeof one);
  }

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
    auto read = std::make_shared<ProxyView>();
    auto work = [read](Tx& tx) -> Status {
      *read = proxy_view_of(tx);
      return Done{};
    };
    auto done = [self = shared_from_this(), read](Status status) { self->take_view(status, std::move(*read)); };
    transactor.submit(std::move(work), std::move(done));
  }

  void take_view(const Status& status, ProxyView read) {
    bool again = false;
    {
      std::lock_guard lock(mutex);
      reading = false;
      again = stale && status.has_value();
      if (status) view = std::move(read);
    }
    ring();
    if (again) request_view();
  }

  Transactor& transactor;
  Fd wake;
  Subscription subscription;  // state thread only

  mutable std::mutex mutex;  // guards what follows
  std::optional<ProxyView> view;
  bool reading = false;  // a view is being read
  bool stale = false;    // rows changed since that reading began
  bool reporting = false;
  bool ending = false;
  ProxyStats stats;
  std::optional<Error> problem;
};

ProxyActor::ProxyActor(Deps deps)
    : deps_(deps),
      shared_(std::make_shared<Shared>(deps.transactor)),
      steps_(deps.metrics.counter("roadstead_proxy_steps_total", "How often the proxy was compared with the rows.")),
      errors_(deps.metrics.counter("roadstead_proxy_errors_total", "How often that failed.")),
      reports_(deps.metrics.counter("roadstead_proxy_reports_total", "Transactions that told what the proxy saw.")),
      step_time_(deps.metrics.histogram("roadstead_proxy_step_seconds", "How long one comparison took.")) {}

ProxyActor::~ProxyActor() { stop(); }

void ProxyActor::start() {
  CHECK(!thread_.joinable(), "an actor is started once");
  auto shared = shared_;
  auto nothing = [](Tx&) -> Status { return Done{}; };
  auto subscribe = [shared](Status status) {
    if (!status) return;
    auto& feed = shared->transactor.feed();
    auto listener = [weak = std::weak_ptr(shared)](const BatchPointer& batch) {
      auto self = weak.lock();
      if (self != nullptr && std::ranges::any_of(batch->changes, concerns_proxy)) self->request_view();
    };
    auto subscription = feed.subscribe(feed.newest(), std::move(listener));
    CHECK(subscription.has_value(), "the newest batch is never too old");
    shared->subscription = std::move(subscription).value();
    shared->request_view();
  };
  deps_.transactor.submit(std::move(nothing), std::move(subscribe));
  thread_ = std::thread([this] { run(); });
}

void ProxyActor::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->ending = true;
  }
  shared_->ring();
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

void ProxyActor::run() {
  pthread_setname_np(pthread_self(), "proxy");
  while (true) {
    std::optional<ProxyView> view;
    {
      std::lock_guard lock(shared_->mutex);
      if (shared_->ending) return;
      view = shared_->view;
    }
    next_look_ = std::chrono::seconds(2);
    if (view) step_once(*view);
    wait(next_look_);
  }
}

void ProxyActor::step_once(const ProxyView& view) {
  auto began = std::chrono::steady_clock::now();
  auto seen = deps_.proxy.step(view, deps_.clock.now());
  auto took = std::chrono::steady_clock::now() - began;
  step_time_.observe(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  steps_.add();
  {
    std::lock_guard lock(shared_->mutex);
    std::optional<Error> problem;
    if (!seen) problem = seen.error();
    if (problem && problem != shared_->problem) {
      log_error("proxy.failed", {{"code", problem->code}, {"message", problem->message}, {"detail", problem->detail}});
    }
    shared_->problem = std::move(problem);
    shared_->stats = deps_.proxy.stats();
  }
  if (!seen) {
    errors_.add();
    next_look_ = after_error;
    return;
  }
  next_look_ = seen->look_again_in;
  auto news = news_in(view, *seen);
  if (news.targets.empty() && news.resources.empty()) return;
  {
    std::lock_guard lock(shared_->mutex);
    if (shared_->reporting) return;  // the rows are about to change; the next step tells what is left
    shared_->reporting = true;
  }
  reports_.add();
  auto work = [news = std::move(news)](Tx& tx) { return observe_proxy(tx, news); };
  auto done = [shared = shared_](const Status&) {
    // The changed rows come back through the feed and wake us.
    std::lock_guard lock(shared->mutex);
    shared->reporting = false;
  };
  deps_.transactor.submit(std::move(work), std::move(done));
}

/// Until `longest` is over, rows changed, a report was taken, or the proxy needs us.
void ProxyActor::wait(Duration longest) {
  pollfd events[2] = {{shared_->wake.get(), POLLIN, 0}, {deps_.proxy.watch_fd(), POLLIN, 0}};
  poll(events, 2, poll_timeout(longest));
  std::uint64_t rings = 0;
  [[maybe_unused]] auto got = read(shared_->wake.get(), &rings, sizeof rings);
}

ProxyStats ProxyActor::stats() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->stats;
}

std::optional<Error> ProxyActor::problem() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->problem;
}

}  // namespace roadstead
