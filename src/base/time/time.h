// Points in time and spans of time, and the clock as an input.
//
// The core never asks what time it is: it is told, so that a simulation and a replay repeat exactly. Only shells hold
// a Clock. An Instant is wall-clock time in microseconds since 1970 (UTC), which is what AWS's APIs speak.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roadstead {

using Duration = std::chrono::microseconds;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. The default is the epoch itself.
struct Instant {
  std::int64_t micros = 0;

  auto operator<=>(const Instant&) const = default;

  static constexpr Instant from_seconds(double seconds) { return {static_cast<std::int64_t>(seconds * 1e6)}; }
  static constexpr Instant from_millis(std::int64_t millis) { return {millis * 1000}; }
  constexpr double seconds() const { return static_cast<double>(micros) / 1e6; }
  constexpr std::int64_t millis() const { return micros / 1000; }

  friend constexpr Instant operator+(Instant at, Duration span) { return {at.micros + span.count()}; }
  friend constexpr Instant operator-(Instant at, Duration span) { return {at.micros - span.count()}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration(a.micros - b.micros); }
};

/// "2026-01-31T12:34:56Z", or with milliseconds "2026-01-31T12:34:56.789Z".
std::string format_iso8601(Instant at, bool with_millis = false);

/// "20260131T123456Z", the form of SigV4's X-Amz-Date.
std::string format_basic_iso8601(Instant at);

/// "Sat, 31 Jan 2026 12:34:56 GMT", the form of HTTP's Date.
std::string format_http_date(Instant at);

/// Reads "2026-01-31T12:34:56[.fraction](Z|+hh:mm)" or the basic form "20260131T123456Z".
std::optional<Instant> parse_iso8601(std::string_view text);

/// Reads "Sat, 31 Jan 2026 12:34:56 GMT".
std::optional<Instant> parse_http_date(std::string_view text);

/// Tells the time. The real one is io::SystemClock. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

/// A clock that stands still until it is told to move. One thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start = Instant::from_seconds(1'790'000'000)) : now_(start) {}

  Instant now() const override { return now_; }
  void advance(Duration span) { now_ = now_ + span; }
  void set(Instant at) { now_ = at; }

 private:
  Instant now_;
};

}  // namespace roadstead
