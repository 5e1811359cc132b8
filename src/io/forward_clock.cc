#include "io/forward_clock.h"

namespace roadstead {

Instant ForwardClock::now() const {
  std::lock_guard lock(mutex_);
  Instant wall = wall_.now();
  Instant up = uptime_.now();
  // Counted from one point: many calls a microsecond apart would lose their halves.
  Instant here = slow_ ? slow_since_ + (up - slow_since_up_) / 2 : told_;
  if (wall >= here || here - wall > most_ahead) {
    slow_ = false;
    return told_ = wall;
  }
  if (!slow_) {
    slow_ = true;
    slow_since_ = here;
    slow_since_up_ = up;
  }
  return told_ = here;
}

}  // namespace roadstead
