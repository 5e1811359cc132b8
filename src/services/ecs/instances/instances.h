// Container instances: the nodes of Roadstead as each cluster sees them, and agents from elsewhere that register themselves.
// decide/placement/instances says what an instance is; here are the operations. An instance that drains or is deregistered gets
// no more tasks of its cluster, and services move theirs away. Source: reference/ecs-core.md §1.12, §5.6, §5.7;
// reference/agent-protocol.md §1.5.
#pragma once

#include <optional>
#include <string>

#include "api/ecs/deregister_container_instance.gen.h"
#include "api/ecs/describe_container_instances.gen.h"
#include "api/ecs/list_container_instances.gen.h"
#include "api/ecs/register_container_instance.gen.h"
#include "api/ecs/update_container_agent.gen.h"
#include "api/ecs/update_container_instances_state.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "decide/placement/instances.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<RegisterContainerInstanceResponse> register_container_instance(
    Tx& tx, const Caller& who, const RegisterContainerInstanceRequest& in
);
Result<DeregisterContainerInstanceResponse> deregister_container_instance(
    Tx& tx, const Caller& who, const DeregisterContainerInstanceRequest& in
);
Result<DescribeContainerInstancesResponse> describe_container_instances(
    Tx& tx, const Caller& who, const DescribeContainerInstancesRequest& in
);
Result<ListContainerInstancesResponse> list_container_instances(Tx& tx, const Caller& who, const ListContainerInstancesRequest& in);
Result<UpdateContainerInstancesStateResponse> update_container_instances_state(
    Tx& tx, const Caller& who, const UpdateContainerInstancesStateRequest& in
);
Result<UpdateContainerAgentResponse> update_container_agent(Tx& tx, const Caller& who, const UpdateContainerAgentRequest& in);

/// The instance as DescribeContainerInstances shows it.
ContainerInstance describe_instance(const Reader& rows, const Instance& instance);

/// The ARN that a reference stands for: an id, or an ARN in the long or the old short form.
std::string instance_arn_named(const Caller& who, const ClusterRow& cluster, const std::string& reference);

/// The instance that a request names in a cluster. Errors: InvalidParameterException when there is none.
Result<Instance> instance_named(const Reader& rows, const Caller& who, const ClusterRow& cluster, const std::string& reference, Instant now);

/// Whether only Roadstead or an agent may set an attribute of this name.
bool is_built_in_attribute(std::string_view name);

/// Checks the name and value of an attribute (§1.2). Errors: InvalidParameterException.
Status check_attribute(const Attribute& attribute);

}  // namespace roadstead::ecs
