// Follows the rows of load balancing and keeps a Proxy in step with them, on one thread of its own.
//
//   feed: a row changed ─▶ view is read anew on the state thread ─▶ proxy thread: step ─▶ what is new ─▶ transaction
//                          timer, or the proxy ended ────────────▶
//
// Many changes at once become one view: a view is read when the last one has been taken. Its own writes come back
// through the feed and change nothing. Ending the actor leaves the proxy itself running.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/observe/metrics.h"
#include "base/result/result.h"
#include "base/time/time.h"
#include "proxy/port.h"
#include "store/transactor.h"

namespace roadstead {

class ProxyActor {
 public:
  struct Deps {
    Proxy& proxy;  // belongs to the actor's thread from start to stop
    Transactor& transactor;
    const Clock& clock;
    Metrics& metrics;
  };

  explicit ProxyActor(Deps deps);

  /// stop().
  ~ProxyActor();
  ProxyActor(const ProxyActor&) = delete;
  ProxyActor& operator=(const ProxyActor&) = delete;

  /// Starts the thread and the subscription. Once. The Transactor must outlive the actor, or have been stopped.
  void start();

  /// Ends both and waits for it; the proxy goes on with what it was last told. May be called again.
  void stop();

  /// What was counted until now. Any thread.
  ProxyStats stats() const;

  /// Why the proxy cannot work at present, for status and doctor. Any thread.
  std::optional<Error> problem() const;

 private:
  struct Shared;

  void run();
  void step_once(const ProxyView& view);
  void wait(Duration longest);

  Deps deps_;
  std::shared_ptr<Shared> shared_;
  Duration next_look_ = Duration::zero();
  Counter& steps_;
  Counter& errors_;
  Counter& reports_;
  Histogram& step_time_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace roadstead
