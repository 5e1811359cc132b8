// From the progress of a task to the report that goes to the control plane. Pure; any thread.
#pragma once

#include <vector>

#include "agent/core/progress.h"
#include "decide/containers/container.h"
#include "services/ecs/observe/task_observation.h"

namespace roadstead {

/// The whole truth about a task as this node sees it. `definition` tells which container a published port belongs to, and
/// may be null. `own_interface`: the task's end passes through DEPROVISIONING.
TaskObservation render_observation(
    const std::string& node_id, const std::vector<ContainerRules>& rules, const ecs::TaskDefinition* definition,
    const TaskProgress& progress, bool own_interface
);

}  // namespace roadstead
