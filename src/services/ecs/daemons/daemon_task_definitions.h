// Task definitions of managed daemons: numbered revisions of families, beside the ordinary ones.
//
//   ACTIVE ──► DELETED   (DELETE_IN_PROGRESS is for definitions in use, and nothing uses them)
//
// Source: reference/ecs-core.md §1.17.
#pragma once

#include <memory>
#include <string>

#include "api/ecs/delete_daemon_task_definition.gen.h"
#include "api/ecs/describe_daemon_task_definition.gen.h"
#include "api/ecs/list_daemon_task_definitions.gen.h"
#include "api/ecs/register_daemon_task_definition.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<RegisterDaemonTaskDefinitionResponse> register_daemon_task_definition(
    Tx& tx, const Caller& who, const RegisterDaemonTaskDefinitionRequest& in
);
Result<DescribeDaemonTaskDefinitionResponse> describe_daemon_task_definition(
    Tx& tx, const Caller& who, const DescribeDaemonTaskDefinitionRequest& in
);
Result<ListDaemonTaskDefinitionsResponse> list_daemon_task_definitions(
    Tx& tx, const Caller& who, const ListDaemonTaskDefinitionsRequest& in
);
Result<DeleteDaemonTaskDefinitionResponse> delete_daemon_task_definition(
    Tx& tx, const Caller& who, const DeleteDaemonTaskDefinitionRequest& in
);

/// The definition that "family", "family:revision" or an ARN names; of a bare family its newest ACTIVE one. Null when there
/// is none.
std::shared_ptr<const DaemonTaskDefinitionRow> find_daemon_task_definition(
    const Reader& rows, const Caller& who, const std::string& reference
);

}  // namespace roadstead::ecs
