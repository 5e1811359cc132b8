// Application Auto Scaling for ECS services: scalable targets, target-tracking policies and what they did.
// Everything is rows; decide/scaling acts on them. Source: reference/ecs-core.md §8.1, reference/neighbour-apis.md §7.4.
#pragma once

#include "api/appautoscaling_service.gen.h"

namespace roadstead::appautoscaling {

/// The table of contents of the service; a slot left out answers "not supported".
extern const Handlers handlers;

}  // namespace roadstead::appautoscaling
