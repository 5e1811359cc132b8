// The controllers of EventBridge, EventBridge Scheduler and SQS: rules and schedules that are due, calls of targets that run
// tasks or are queues, and messages that expire. Calls of log groups are made by logstore/log_group_target.
//
//   owed ─▶ tried ─▶ done: the row goes, in the transaction that starts the tasks or sends the message
//    ▲        │ refused, or no place for a single task
//    └────────┘ after a pause that doubles, until it is too old or was tried too often: given up with a line in the log,
//                                          and sent to the target's dead-letter queue
#pragma once

#include <vector>

#include "control/controller.h"
#include "decide/schedules/time_zone.h"

namespace roadstead {

/// `zones` outlives the controllers.
std::vector<Controller> event_controllers(const ZoneSource& zones);

}  // namespace roadstead
