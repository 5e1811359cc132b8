// Schedule expressions: rate(5 minutes), cron(0 3 ? * MON-FRI *), at(2026-12-01T10:00:00); and when they are due next.
//
// Six fields of cron: minutes, hours, day of month, month, day of week, year, with lists, ranges, steps, names, L, W, # and
// ?. Times are those on the wall of a time zone: one that the clocks jump over is skipped, one that they show twice counts
// once, the first time. Rates count from an anchor and know no zones. Pure; any thread.
// Source: reference/ecs-core.md §10, neighbour-apis.md §7.11.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <variant>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/schedules/time_zone.h"

namespace roadstead {

struct RateSchedule {
  Duration period = {};
};

inline constexpr int first_cron_year = 1970;
inline constexpr int last_cron_year = 2199;

/// Which days of a month a cron expression means. Days of the week count from 0, Sunday.
struct CronDays {
  bool by_weekday = false;
  std::bitset<32> days = {};
  std::bitset<7> weekdays = {};
  /// L
  bool last_day = false;
  /// LW
  bool last_working_day = false;
  /// 15W: the working day nearest to it in the same month.
  std::optional<int> near_day = {};
  /// FRI#2 and, with 0, FRIL.
  struct Nth {
    int weekday = 0;
    int nth = 0;
  };
  std::optional<Nth> nth = {};
};

struct CronSchedule {
  std::bitset<60> minutes = {};
  std::bitset<24> hours = {};
  CronDays days = {};
  std::bitset<13> months = {};
  std::bitset<last_cron_year - first_cron_year + 1> years = {};
};

struct AtSchedule {
  /// Seconds since 1970 as though the wall showed UTC.
  std::int64_t wall_seconds = 0;
};

using Schedule = std::variant<RateSchedule, CronSchedule, AtSchedule>;

/// Reads an expression. Errors: ValidationException; its message says what is wrong, and callers put AWS's words before it.
Result<Schedule> parse_schedule(std::string_view expression);

/// The first time after `after` at which `schedule` is due; nothing when there is none any more. Rates are due at `anchor`
/// and at whole periods after it.
std::optional<Instant> next_time(const Schedule& schedule, const TimeZone& zone, Instant anchor, Instant after);

}  // namespace roadstead
