// Where a new task goes: a node, and an address in a subnet. The one decision that the API answers at once.
// Pure: ties fall to the lower node id and the next free address, so results repeat. State thread.
#pragma once

#include <string>
#include <vector>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// A node that has not been heard of for this long gets no new tasks.
constexpr auto node_silent_after = std::chrono::seconds(30);

/// What a task asks of a node.
struct TaskDemand {
  /// X86_64 or ARM64; empty means any.
  std::string cpu_architecture;
  /// Nodes that are drained or deregistered in it get no task.
  std::string cluster_arn = {};
  /// What distinctInstance counts: tasks of the same group.
  std::string group = {};
  /// Checked expressions, of the definition and of the request or service.
  std::vector<ecs::PlacementConstraint> constraints = {};
};

/// Chooses the node with the fewest tasks among those that are alive and fit. CPU and memory are limits of each task and are
/// not reserved: a machine of one's own may be overcommitted (docs/adr/0008).
/// Errors, by the wire names of `failures[].reason` (reference/ecs-core.md §1.8): RESOURCE:FARGATE when no node is alive,
/// INACTIVE when all are drained, ATTRIBUTE when none has the CPU architecture, or the constraint that none satisfies.
Result<std::shared_ptr<const NodeRow>> place(const Reader& rows, const TaskDemand& demand, Instant now);

/// Takes a free address of one of the subnets for a task and stores its interface.
/// Errors: RESOURCE:ENI when no subnet has a free address or none of them exists.
Result<std::shared_ptr<const NetworkInterfaceRow>> take_address(
    Tx& tx, const std::vector<std::string>& subnet_ids, const std::string& task_arn,
    std::vector<std::string> security_group_ids
);

/// The default VPC of this installation; always there.
std::shared_ptr<const VpcRow> default_vpc(const Reader& rows);

/// The ids of the default VPC's subnets, in order.
std::vector<std::string> default_subnet_ids(const Reader& rows);

}  // namespace roadstead
