// What a clock on the wall shows in some place of the world: the offsets from UTC of one time zone, for all time.
//
// Read from TZif, the form of the system's tzdata (RFC 8536): the changes it lists, and after them the rule of its last
// line. The library's own time zones are not there with GCC 12. Constant once made, any thread; reading the file is the
// matter of a ZoneSource.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// The day and time of a year at which summer time begins or ends.
struct YearlyChange {
  enum class Form : int { week_of_month, day_without_leap, day_with_leap };

  Form form = Form::week_of_month;
  int month = 0;
  /// 1 to 5, where 5 is the last one.
  int week = 0;
  /// Of the week, 0 is Sunday; else of the year.
  int day = 0;
  /// After midnight on the wall as it was before the change.
  std::int32_t seconds = 0;

  bool operator==(const YearlyChange&) const = default;
};

/// "CET-1CEST,M3.5.0,M10.5.0/3": what holds after the last listed change. Offsets are seconds east of UTC.
struct YearlyRule {
  std::int32_t standard = 0;
  std::int32_t summer = 0;
  bool has_summer = false;
  YearlyChange begin = {};
  YearlyChange end = {};

  bool operator==(const YearlyRule&) const = default;
};

class TimeZone {
 public:
  /// From `at` (seconds since 1970, UTC) on, the offset is this.
  struct Change {
    std::int64_t at = 0;
    std::int32_t offset = 0;
  };

  /// UTC.
  TimeZone() = default;
  TimeZone(std::int32_t first_offset, std::vector<Change> changes, std::optional<YearlyRule> rule);

  /// How many seconds the wall is ahead of UTC at a time.
  std::int32_t offset_at(std::int64_t utc_seconds) const;

  /// The time at which the wall shows `wall_seconds` (as seconds since 1970, as though it were UTC): the first one if there
  /// are two, none if the clocks jump over it.
  std::optional<std::int64_t> to_utc(std::int64_t wall_seconds) const;

 private:
  std::int32_t first_offset_ = 0;
  std::vector<Change> changes_;
  std::optional<YearlyRule> rule_;
};

/// Reads a TZif file of version 2 or later. Errors: UnreadableTimeZone.
Result<TimeZone> parse_time_zone(std::string_view file);

/// Reads the last line of one. Nothing when it is not such a rule.
std::optional<YearlyRule> parse_yearly_rule(std::string_view text);

/// Where time zones come from: a port, since the core reads no files. Any thread.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;

  /// The zone of a name such as "Europe/Berlin"; null when there is none. "UTC" always is.
  virtual std::shared_ptr<const TimeZone> find(std::string_view name) const = 0;
};

}  // namespace roadstead
