#include "logstore/event_window.h"

#include <algorithm>
#include <utility>

namespace roadstead {

namespace {

constexpr std::size_t event_overhead = 26;

}  // namespace

bool EventWindow::wants(const EventKey& key) const {
  if (!barrier_) return true;
  return limits_.backwards ? key >= *barrier_ : key < *barrier_;
}

void EventWindow::add(FoundEvent event) {
  if (!wants(event.key)) return;
  auto size = event.message.size() + event_overhead;
  auto key = event.key;
  if (!events_.emplace(key, std::move(event)).second) return;
  bytes_ += size;
  while (events_.size() > limits_.events || (bytes_ > limits_.bytes && events_.size() > 1)) drop_last();
}

void EventWindow::drop_last() {
  auto last = limits_.backwards ? events_.begin() : std::prev(events_.end());
  bytes_ -= last->second.message.size() + event_overhead;
  barrier_ = last->first;
  if (limits_.backwards) ++barrier_->number;
  events_.erase(last);
}

void EventWindow::cut(const EventKey& bound) {
  if (barrier_ && !wants(bound)) return;
  barrier_ = bound;
  if (limits_.backwards) {
    events_.erase(events_.begin(), events_.lower_bound(bound));
  } else {
    events_.erase(events_.lower_bound(bound), events_.end());
  }
}

}  // namespace roadstead
