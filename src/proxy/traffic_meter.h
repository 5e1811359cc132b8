// Turns the proxy's counters, which only grow, into what went through each target group since the last look.
// Its owner calls it once a period, on one thread. Pure but for what it remembers of the last look.
#pragma once

#include <vector>

#include "decide/metrics/measure.h"
#include "proxy/port.h"

namespace roadstead {

class TrafficMeter {
 public:
  /// The difference to the last call. The first call only remembers: the counters are older than this process. A group
  /// that is new began at zero; counters that went back began anew.
  std::vector<GroupTraffic> take(const ProxyStats& now);

 private:
  bool looked_ = false;
  ProxyStats last_;
};

}  // namespace roadstead
