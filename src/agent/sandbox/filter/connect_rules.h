// Who may use an endpoint of Service Connect, as one nftables chain, and the sets that it asks.
//
//   dstnat   inward    a task's packet to 169.254.176.0/20 → the same address, port 15001, where the proxy listens
//   filter   machine   … → connect
//            connect   address and port of an endpoint, source ∈ tasks of its namespace, and let in by a group of those that
//                      serve it → accept; end: refused with a reset
//
// The proxy's own connections to tasks are not filtered, so what their groups say of the client is asked here. Pure. Any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/sandbox/filter/ruleset.h"
#include "agent/sandbox/port.h"

namespace roadstead {

/// Where the proxy listens at the address of each endpoint: connect_proxy_port of proxy/render/render_connect.h.
inline constexpr int endpoint_proxy_port = 15001;

/// The set of the tasks on this machine that are in a namespace.
std::string namespace_set(std::string_view namespace_id);

/// The sets that the chain needs.
std::set<std::string> connect_sets(const std::vector<ConnectEndpoint>& endpoints);

/// The rules of the chain, a line each.
std::vector<std::string> render_connect_rules(const std::vector<ConnectEndpoint>& endpoints);

/// Commands that make the chain of a table that stands what it has to be, and the sets it needs.
std::string render_connect_change(const RulesetConfig& config, const std::vector<ConnectEndpoint>& endpoints);

}  // namespace roadstead
