// Task scale-in protection: the service scheduler leaves a protected task alone until its protection ends.
// Source: reference/ecs-core.md §1.8, §4.14.
#pragma once

#include "api/ecs/get_task_protection.gen.h"
#include "api/ecs/update_task_protection.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<GetTaskProtectionResponse> get_task_protection(Tx& tx, const Caller& who, const GetTaskProtectionRequest& in);
Result<UpdateTaskProtectionResponse> update_task_protection(Tx& tx, const Caller& who, const UpdateTaskProtectionRequest& in);

/// Protects a task, or ends its protection; `minutes` counts from now. Gives back the task, or the failure that AWS lists:
/// TASK_NOT_VALID for what is no running task of a service, DEPLOYMENT_BLOCKED while protected tasks hold up a deployment.
Result<ProtectedTask> protect_task(Tx& tx, const TaskRow& task, bool enabled, int minutes);

}  // namespace roadstead::ecs
