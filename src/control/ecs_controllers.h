// The controllers of ECS: which rows wake which planner. The planners themselves are in decide/.
#pragma once

#include <vector>

#include "control/controller.h"

namespace roadstead {

/// Services (decide/services) and tasks (decide/tasks).
std::vector<Controller> ecs_controllers();

}  // namespace roadstead
