// What `roadstead doctor` says of the places that `serve` would take on this machine: ports, and addresses for tasks. They are
// looked at as they are now; nothing stays taken. Blocks for moments; any thread. Not asked while our own server has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/sandbox/address.h"
#include "../serve_settings.h"

namespace roadstead {

/// One line of the report; `mend` says what to do when it is not all right.
struct Check {
  std::string name;
  bool ok = false;
  std::string found;
  std::string mend;
};

/// The API's port, those of the load balancer, unless our own proxy still serves there, and the range for tasks.
std::vector<Check> check_places(const ServeSettings& settings);

/// An address of this machine, by its interface.
struct HostAddress {
  std::string interface;
  Ipv4 address;
};

/// Who has addresses of `range` already: an interface's address in it, or a route to some or all of it and to no more.
/// `routes` is what /proc/net/route says; interfaces whose names begin with `own_links` are ours. Empty for nobody.
std::string who_has(const Ipv4Range& range, const std::vector<HostAddress>& addresses, std::string_view routes, std::string_view own_links);

}  // namespace roadstead
