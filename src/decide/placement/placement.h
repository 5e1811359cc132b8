// The address that a new task gets, and when a node counts as silent. Which node it goes to: placer.h.
// Pure: the next free address is taken, so results repeat. State thread.
#pragma once

#include <string>
#include <vector>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// A node that has not been heard of for this long gets no new tasks.
constexpr auto node_silent_after = std::chrono::seconds(30);

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
