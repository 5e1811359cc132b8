// Once a period, has the node's tasks and the proxy's target groups measured and hands it all to the state thread.
//
//   period ends ─► running tasks (transaction) ─► UsageMeter, TrafficMeter ─► observe_measurements (transaction)
//
// One thread, which waits and reads control groups; it decides nothing. The simulation calls observe_measurements itself.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "agent/usage/usage_meter.h"
#include "base/time/time.h"
#include "decide/metrics/metric_store.h"
#include "proxy/proxy_actor.h"
#include "proxy/traffic_meter.h"
#include "store/transactor.h"

namespace roadstead {

class MeasureLoop {
 public:
  struct Deps {
    Transactor& transactor;
    MetricStore& store;  // belongs to the state thread
    Runtime& runtime;
    const ProxyActor& proxy;
    const Clock& clock;
    std::string node_id;
    Duration period;
  };

  /// Starts the thread.
  explicit MeasureLoop(Deps deps);

  /// Ends it; a transaction under way is waited for, so the transactor must still run.
  ~MeasureLoop();
  MeasureLoop(const MeasureLoop&) = delete;
  MeasureLoop& operator=(const MeasureLoop&) = delete;

 private:
  void run();
  bool wait_until(Instant at);
  void measure(Instant begin, Instant end);

  Deps deps_;
  UsageMeter usage_;
  TrafficMeter traffic_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable stop_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace roadstead
