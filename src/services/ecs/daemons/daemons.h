// Managed daemons: one task on each machine of a Managed Instances capacity provider. Roadstead has no such providers, so their
// task definitions can be kept and read, but no daemon can be created: CreateDaemon checks everything and then says so, and
// the other operations truthfully find none. Source: reference/ecs-core.md §1.17.
#pragma once

#include "api/ecs/create_daemon.gen.h"
#include "api/ecs/delete_daemon.gen.h"
#include "api/ecs/describe_daemon.gen.h"
#include "api/ecs/describe_daemon_deployments.gen.h"
#include "api/ecs/describe_daemon_revisions.gen.h"
#include "api/ecs/list_daemon_deployments.gen.h"
#include "api/ecs/list_daemons.gen.h"
#include "api/ecs/update_daemon.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateDaemonResponse> create_daemon(Tx& tx, const Caller& who, const CreateDaemonRequest& in);
Result<DescribeDaemonResponse> describe_daemon(Tx& tx, const Caller& who, const DescribeDaemonRequest& in);
Result<ListDaemonsResponse> list_daemons(Tx& tx, const Caller& who, const ListDaemonsRequest& in);
Result<UpdateDaemonResponse> update_daemon(Tx& tx, const Caller& who, const UpdateDaemonRequest& in);
Result<DeleteDaemonResponse> delete_daemon(Tx& tx, const Caller& who, const DeleteDaemonRequest& in);
Result<ListDaemonDeploymentsResponse> list_daemon_deployments(Tx& tx, const Caller& who, const ListDaemonDeploymentsRequest& in);
Result<DescribeDaemonDeploymentsResponse> describe_daemon_deployments(
    Tx& tx, const Caller& who, const DescribeDaemonDeploymentsRequest& in
);
Result<DescribeDaemonRevisionsResponse> describe_daemon_revisions(
    Tx& tx, const Caller& who, const DescribeDaemonRevisionsRequest& in
);

}  // namespace roadstead::ecs
