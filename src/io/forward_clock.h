// The time that decisions are made by: the wall clock, but one that never goes back while this process runs.
//
//   wall set forward  ─► followed at once, as after a sleep of the machine
//   wall set back     ─► this clock goes on from where it was, at half the speed, until the wall clock has caught up
//
// So nothing that waits for a time waits longer than twice as long, and nothing is younger than what came before it.
// What others measure by their own clocks (signatures, certificates) is checked against the wall clock itself. Any thread.
#pragma once

#include <mutex>

#include "base/time/time.h"

namespace roadstead {

class ForwardClock final : public Clock {
 public:
  /// A wall clock set back by more than this is followed all the same: it was far ahead, and a day is not to last two.
  static constexpr Duration most_ahead = std::chrono::hours(24);

  /// `uptime` tells how long the machine has been up, as an Instant; it is never set. Both must outlive this.
  ForwardClock(const Clock& wall, const Clock& uptime) : wall_(wall), uptime_(uptime) {}

  Instant now() const override;

 private:
  const Clock& wall_;
  const Clock& uptime_;
  mutable std::mutex mutex_;
  mutable Instant told_;  // the last answer
  mutable bool slow_ = false;
  mutable Instant slow_since_;  // what was told, and the uptime, when the wall clock was found behind
  mutable Instant slow_since_up_;
};

}  // namespace roadstead
