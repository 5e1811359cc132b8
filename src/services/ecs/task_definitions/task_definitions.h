// Task definitions: register, describe, list, deregister, delete. Source: reference/ecs-core.md §1.7, §2.
#pragma once

#include "api/ecs/delete_task_definitions.gen.h"
#include "api/ecs/deregister_task_definition.gen.h"
#include "api/ecs/describe_task_definition.gen.h"
#include "api/ecs/list_task_definition_families.gen.h"
#include "api/ecs/list_task_definitions.gen.h"
#include "api/ecs/register_task_definition.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<RegisterTaskDefinitionResponse> register_task_definition(
    Tx& tx, const Caller& who, const RegisterTaskDefinitionRequest& in
);
Result<DescribeTaskDefinitionResponse> describe_task_definition(
    Tx& tx, const Caller& who, const DescribeTaskDefinitionRequest& in
);
Result<ListTaskDefinitionsResponse> list_task_definitions(
    Tx& tx, const Caller& who, const ListTaskDefinitionsRequest& in
);
Result<ListTaskDefinitionFamiliesResponse> list_task_definition_families(
    Tx& tx, const Caller& who, const ListTaskDefinitionFamiliesRequest& in
);
Result<DeregisterTaskDefinitionResponse> deregister_task_definition(
    Tx& tx, const Caller& who, const DeregisterTaskDefinitionRequest& in
);
Result<DeleteTaskDefinitionsResponse> delete_task_definitions(
    Tx& tx, const Caller& who, const DeleteTaskDefinitionsRequest& in
);

/// Stores the next revision of a family. `definition` is validated and has its defaults; family must be set.
std::shared_ptr<const TaskDefinitionRow> store_revision(Tx& tx, const Caller& who, TaskDefinition definition);

}  // namespace roadstead::ecs
