// What a schedule may be. Pure. Source: reference/neighbour-apis.md §7.11.
#pragma once

#include <memory>

#include "base/result/result.h"
#include "decide/schedules/time_zone.h"
#include "rows/rows.gen.h"

namespace roadstead::scheduler {

/// Checks expression, dates, window and target of a schedule, and gives its time zone. Errors: ValidationException.
Result<std::shared_ptr<const TimeZone>> check_schedule(const ScheduleRow& row, const ZoneSource& zones);

}  // namespace roadstead::scheduler
