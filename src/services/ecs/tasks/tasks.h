// Tasks: run, stop, describe, list; and a task's row as the API shows it. Source: reference/ecs-core.md §1.8, §3.
#pragma once

#include "api/ecs/describe_tasks.gen.h"
#include "api/ecs/list_tasks.gen.h"
#include "api/ecs/run_task.gen.h"
#include "api/ecs/start_task.gen.h"
#include "api/ecs/stop_task.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<RunTaskResponse> run_task(Tx& tx, const Caller& who, const RunTaskRequest& in);
Result<StartTaskResponse> start_task(Tx& tx, const Caller& who, const StartTaskRequest& in);
Result<StopTaskResponse> stop_task(Tx& tx, const Caller& who, const StopTaskRequest& in);
Result<DescribeTasksResponse> describe_tasks(Tx& tx, const Caller& who, const DescribeTasksRequest& in);
Result<ListTasksResponse> list_tasks(Tx& tx, const Caller& who, const ListTasksRequest& in);

/// The task as the API shows it.
Task describe_task(const Reader& rows, const TaskRow& row, bool with_tags);

/// Checks the subnets and security groups that a request names. Errors: InvalidParameterException with AWS's texts (§1.8).
Status check_network(const Reader& rows, const std::optional<NetworkConfiguration>& network, const TaskDefinition& definition);

}  // namespace roadstead::ecs
