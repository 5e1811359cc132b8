// Task sets: what a service with the deployment controller EXTERNAL runs, each a share of the desired count. Whoever deploys
// makes a new set, scales it up, makes it primary and deletes the old one. What a set runs is kept as a service revision with
// the set's number, so that tasks, targets and health go the way of all services (decide/services).
//
//   ACTIVE ◄──► PRIMARY        DeleteTaskSet: ──► DRAINING ──► gone, when its last task is
//
// Source: reference/ecs-core.md §1.11.
#pragma once

#include "api/ecs/create_task_set.gen.h"
#include "api/ecs/delete_task_set.gen.h"
#include "api/ecs/describe_task_sets.gen.h"
#include "api/ecs/update_service_primary_task_set.gen.h"
#include "api/ecs/update_task_set.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateTaskSetResponse> create_task_set(Tx& tx, const Caller& who, const CreateTaskSetRequest& in);
Result<DescribeTaskSetsResponse> describe_task_sets(Tx& tx, const Caller& who, const DescribeTaskSetsRequest& in);
Result<UpdateTaskSetResponse> update_task_set(Tx& tx, const Caller& who, const UpdateTaskSetRequest& in);
Result<UpdateServicePrimaryTaskSetResponse> update_service_primary_task_set(
    Tx& tx, const Caller& who, const UpdateServicePrimaryTaskSetRequest& in
);
Result<DeleteTaskSetResponse> delete_task_set(Tx& tx, const Caller& who, const DeleteTaskSetRequest& in);

/// The set as DescribeTaskSets shows it.
TaskSet describe_task_set(const Reader& rows, const TaskSetRow& row, bool with_tags);

/// The sets of a service as DescribeServices shows them, PRIMARY first.
std::vector<TaskSet> task_sets_of(const Reader& rows, const std::string& service_arn);

}  // namespace roadstead::ecs
