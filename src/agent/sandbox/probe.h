// Whether this machine can carry the network of tasks, line by line, for `roadstead doctor`.
// Everything is tried in a throw-away namespace; the machine itself is only looked at. Blocking; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "agent/sandbox/network_config.h"
#include "agent/sandbox/port.h"

namespace roadstead {

/// All checks, in the order they depend on each other. With an unusable configuration the one line that says so.
std::vector<NetworkCheck> probe_network(const NetworkConfig& config);

/// Names of chains in other tables that drop what they do not know of the traffic that passes through the machine, such
/// as Docker's; `listing` is what "nft list chains" prints. A drop there is final, whatever our table accepts.
std::vector<std::string> dropping_forward_chains(std::string_view listing, std::string_view own_table);

}  // namespace roadstead
