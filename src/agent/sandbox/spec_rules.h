// What makes a NetworkSpec and a SecurityGroup acceptable, before any machine is asked. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "agent/sandbox/port.h"

namespace roadstead {

/// Whether a text may be a task id: it becomes a file name.
bool is_task_id(std::string_view id);

/// Whether a text may be a group id, and so part of the name of a set: letters, digits, '-', '_'; 1..128 of them.
bool is_group_id(std::string_view id);

/// Whether tasks of this mode have a namespace with an address.
bool has_link(NetworkMode mode);

/// Refuses a spec that no machine could carry out. Errors: InvalidNetwork.
Status validate_network(const NetworkSpec& task);

/// Refuses what would not be a rule: unknown protocols, bad ports, ranges and ids. Errors: InvalidNetwork.
Status validate_group(const SecurityGroup& group);

/// The same for a list; no id may come twice.
Status validate_groups(const std::vector<SecurityGroup>& groups);
Status validate_endpoints(const std::vector<ConnectEndpoint>& endpoints);

/// Whether a task that joined as `had` (every choice made) may be asked for again as `wanted`.
bool is_same_network(const NetworkSpec& had, const NetworkSpec& wanted);

}  // namespace roadstead
