// The clocks of this machine. Only shells hold it; the core is told the time. Any thread.
#pragma once

#include <time.h>

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

/// How long this machine has been up, its sleeps included, as microseconds since its start. Never set.
class UptimeClock final : public Clock {
 public:
  Instant now() const override {
    timespec since{};
    clock_gettime(CLOCK_BOOTTIME, &since);
    return {static_cast<std::int64_t>(since.tv_sec) * 1'000'000 + since.tv_nsec / 1000};
  }
};

}  // namespace roadstead
