// What volumes a task definition may have. Pure. Source: reference/ecs-core.md §2.4, reference/agent-protocol.md §5.4.
// What nodes cannot offer is refused here, where the user sees it, and not by an empty directory in a running task.
#pragma once

#include "api/ecs/register_task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Checks names, that each volume is of one kind only, and that it is one that nodes have. Errors: ClientException.
Status check_volume_kinds(const TaskDefinition& definition);

}  // namespace roadstead::ecs
