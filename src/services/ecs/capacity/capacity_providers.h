// Capacity providers: FARGATE and FARGATE_SPOT, which are always there, and those that users make for their own machines.
// A user's provider stands for the nodes of Roadstead: tasks that it takes get the launch type EC2. Nothing here starts or ends
// machines, so managed scaling and Managed Instances are refused rather than noted.
// Source: reference/ecs-core.md §1.14, §5.2, §5.3.
#pragma once

#include "api/ecs/create_capacity_provider.gen.h"
#include "api/ecs/delete_capacity_provider.gen.h"
#include "api/ecs/describe_capacity_providers.gen.h"
#include "api/ecs/update_capacity_provider.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateCapacityProviderResponse> create_capacity_provider(Tx& tx, const Caller& who, const CreateCapacityProviderRequest& in);
Result<DescribeCapacityProvidersResponse> describe_capacity_providers(
    Tx& tx, const Caller& who, const DescribeCapacityProvidersRequest& in
);
Result<UpdateCapacityProviderResponse> update_capacity_provider(Tx& tx, const Caller& who, const UpdateCapacityProviderRequest& in);
Result<DeleteCapacityProviderResponse> delete_capacity_provider(Tx& tx, const Caller& who, const DeleteCapacityProviderRequest& in);

}  // namespace roadstead::ecs
