// Service deployments and revisions. Source: reference/ecs-core.md §1.10, §4.10; reference/express-mode.md §3.5.
#pragma once

#include "api/ecs/continue_service_deployment.gen.h"
#include "api/ecs/describe_service_deployments.gen.h"
#include "api/ecs/describe_service_revisions.gen.h"
#include "api/ecs/list_service_deployments.gen.h"
#include "api/ecs/stop_service_deployment.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<ListServiceDeploymentsResponse> list_service_deployments(
    Tx& tx, const Caller& who, const ListServiceDeploymentsRequest& in
);
Result<DescribeServiceDeploymentsResponse> describe_service_deployments(
    Tx& tx, const Caller& who, const DescribeServiceDeploymentsRequest& in
);
Result<DescribeServiceRevisionsResponse> describe_service_revisions(
    Tx& tx, const Caller& who, const DescribeServiceRevisionsRequest& in
);
Result<ContinueServiceDeploymentResponse> continue_service_deployment(
    Tx& tx, const Caller& who, const ContinueServiceDeploymentRequest& in
);
Result<StopServiceDeploymentResponse> stop_service_deployment(
    Tx& tx, const Caller& who, const StopServiceDeploymentRequest& in
);

}  // namespace roadstead::ecs
