// What RunTask is asked for when a target's turn comes: EcsParameters and overrides of a cluster, or the request that a
// universal target of EventBridge Scheduler carries as its input. Pure. Source: reference/ecs-core.md §10.
#pragma once

#include <string_view>

#include "api/ecs/run_task.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// The universal target that this installation has.
inline constexpr std::string_view run_task_target = "arn:aws:scheduler:::aws-sdk:ecs:runTask";

/// Whether a target is called by running tasks.
bool runs_tasks(const events::Target& target);

/// The request of a call. Errors: ValidationException, when the input is not what RunTask takes.
Result<ecs::RunTaskRequest> run_task_call(const InvocationRow& invocation);

}  // namespace roadstead
