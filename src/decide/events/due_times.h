// Rules and schedules whose time has come: one call is owed for each target, and the next time is noted, in one
// transaction. So each due time is served once, whenever the server was killed; times missed while it was away are served
// by one call together.
//
//   nextAt ≤ now ─▶ InvocationRow for each target ─▶ nextAt = first time after now ─▶ (none left: absent, or the row goes)
//
// State thread. Source: reference/ecs-core.md §10.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/schedules/time_zone.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// When a rule with this expression is due for the first time after it was made or enabled at `now`; nothing without one.
std::optional<Instant> first_time_of_rule(const EventRuleRow& rule, Instant now);

/// When a schedule is due for the first time, seen from `now`: rates at their start, or at once.
std::optional<Instant> first_time_of_schedule(const ScheduleRow& schedule, const TimeZone& zone, Instant now);

/// Serves a rule if it is due, and says when it is due next. `key` is that of its row.
Result<std::optional<Instant>> reconcile_rule(Tx& tx, const std::string& key);

/// As `reconcile_rule`, for a schedule.
Result<std::optional<Instant>> reconcile_schedule(Tx& tx, const ZoneSource& zones, const std::string& key);

/// The key of a schedule's row.
std::string schedule_key(std::string_view group, std::string_view schedule);

}  // namespace roadstead
