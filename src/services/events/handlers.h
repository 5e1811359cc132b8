// EventBridge: buses, rules with patterns or schedules, their targets, and events that users put. Events of ECS itself come
// from services/ecs/state_events; calls of targets are made by control/event_controllers and logstore/log_group_target.
// Source: reference/neighbour-apis.md §7.11, ecs-core.md §10.
#pragma once

#include "api/events_service.gen.h"

namespace roadstead::events {

/// The table of contents of the service; a slot left out answers "not supported".
extern const Handlers handlers;

}  // namespace roadstead::events
