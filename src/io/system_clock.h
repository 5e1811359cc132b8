// The wall clock of this machine. Only shells hold it; the core is told the time. Any thread.
#pragma once

#include <chrono>

#include "base/time/time.h"

namespace roadstead {

/// CLOCK_REALTIME in microseconds. It may jump; never use it to measure how long something took.
class SystemClock final : public Clock {
 public:
  Instant now() const override {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }
};

}  // namespace roadstead
