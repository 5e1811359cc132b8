// What KernelNetwork does to the machine as a whole, once at start and once at the end: directories, the host's own link
// and addresses, forwarding, leftovers of an earlier life. Blocking; the caller serialises.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "agent/sandbox/names.h"
#include "agent/sandbox/link/netlink.h"
#include "agent/sandbox/network_config.h"
#include "agent/sandbox/filter/nftables.h"
#include "agent/sandbox/filter/ruleset.h"

namespace roadstead {

/// A machine that is ready for tasks, and the handles on it.
struct PreparedMachine {
  OwnedFd home;  ///< the network namespace of the machine
  NetlinkSocket socket;
  NetlinkSocket connections;         ///< to the connection tracking; kept, as closing one waits for RCU
  std::optional<Nftables> nftables;  ///< none only if the configuration allows it
  RulesetConfig rules = {};
  Resolvers resolvers = {};
  Ipv4Range bridge_range = {};
};

/// Reads the configuration and prepares the machine; may be called again on a prepared one.
/// Errors: InvalidNetwork (the configuration), NetworkUnavailable.
Result<PreparedMachine> prepare_machine(const NetworkConfig& config);

/// The configuration as the rules need it. Errors: InvalidNetwork.
Result<RulesetConfig> ruleset_config_of(const NetworkConfig& config, const Resolvers& resolvers);

/// Removes task links, pins and records of this configuration except those named.
Status remove_leftovers(
    const NetworkConfig& config,
    NetlinkSocket& socket,
    const std::set<std::string>& links_kept,
    const std::set<std::string>& tasks_kept
);

/// Drops the kernel's memory of all connections from and to a task's address. Best effort.
void forget_connections(NetlinkSocket& connections, Ipv4 address);

/// The machine's own resolv.conf, hosts and host name, for tasks of mode host.
NameFiles machine_names();

/// Removes everything a KernelNetwork of this configuration ever made on this machine: table, links, namespaces, records,
/// and the forwarding of IPv4 if it was off before. None of that configuration may be open. May be called again.
Status teardown_network(const NetworkConfig& config);

}  // namespace roadstead
