// The controllers of ECS: which rows wake which planner. The planners themselves are in decide/.
#pragma once

#include <vector>

#include "control/controller.h"
#include "decide/metrics/metric_store.h"

namespace roadstead {

/// Services (decide/services), tasks (decide/tasks) and scaling (decide/scaling), which looks at what was measured.
/// `measured` belongs to the state thread and outlives the controllers.
std::vector<Controller> ecs_controllers(const MetricStore& measured);

}  // namespace roadstead
