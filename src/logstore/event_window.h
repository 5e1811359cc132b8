// The first events of many, in order, no more than an answer may hold: how a page is cut out of events that are found in
// any order. Pure; one thread. Memory: the page, and one event more.
//
//        place                          barrier
//   ───────┼──── kept, in order ───────────┼──── dropped; some may never have been offered ────▶   (forwards)
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace roadstead {

/// Where an event stands among those of several streams: by time, then by stream (its rank by name), then as written.
/// As a bound it stands just before that event.
struct EventKey {
  std::int64_t timestamp = 0;
  std::uint32_t stream = 0;
  std::uint64_t number = 0;

  auto operator<=>(const EventKey&) const = default;
};

/// An event as it was found.
struct FoundEvent {
  EventKey key;
  std::int64_t ingested = 0;
  std::string message;
};

class EventWindow {
 public:
  struct Limits {
    std::size_t events = 10'000;
    /// Of messages, each with 26 bytes on top, as AWS counts. One event is always kept.
    std::size_t bytes = std::size_t{1} << 20;
    bool backwards = false;
  };

  explicit EventWindow(Limits limits) : limits_(limits) {}

  /// Whether an event at `key` would be kept: to be asked before its message is copied.
  bool wants(const EventKey& key) const;

  /// Keeps the event, if it is wanted, and drops what no longer fits.
  void add(FoundEvent event);

  /// Drops what is at or beyond `bound` (backwards: before it), as if it had never fitted.
  void cut(const EventKey& bound);

  /// Set when something was dropped: forwards the least key that was, backwards just behind the greatest: where
  /// another window begins (backwards: ends).
  const std::optional<EventKey>& barrier() const { return barrier_; }

  /// In order of their keys, also when filled backwards.
  std::map<EventKey, FoundEvent>& events() { return events_; }

 private:
  void drop_last();

  Limits limits_;
  std::size_t bytes_ = 0;
  std::map<EventKey, FoundEvent> events_;
  std::optional<EventKey> barrier_;
};

}  // namespace roadstead
