// EventBridge Scheduler: schedules in groups, with time zones, flexible windows and an end. When they are due:
// decide/events/due_times; who calls their targets: control/event_controllers and logstore/log_group_target.
// Source: reference/neighbour-apis.md §7.11.
#pragma once

#include "api/scheduler_service.gen.h"
#include "decide/schedules/time_zone.h"

namespace roadstead::scheduler {

/// The table of contents of the service; a slot left out answers "not supported". `zones` outlives the handlers.
Handlers make_handlers(const ZoneSource& zones);

}  // namespace roadstead::scheduler
