// The network of tasks, as the agent sees it: give a task its network, take it back, enforce security groups.
//
// A port: KernelNetwork does it with namespaces, routed veths and nftables; FakeNetwork remembers what it was told.
// Both pass the same contract test. Calls block (a join takes about a millisecond) and may come from any thread.
// Addresses are planned by the control plane and arrive here; this part plans none but bridge mode's inner ones.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// `networkMode` of a task definition (reference/ecs-core.md §4).
enum class NetworkMode { awsvpc, bridge, host, none };

/// One port of a task published on this machine. Bridge mode only: in awsvpc the task has an address of its own, in
/// host mode its ports are the machine's.
struct PortMapping {
  std::string protocol = "tcp";      ///< "tcp" or "udp"
  std::uint16_t container_port = 0;  ///< 1..65535
  std::uint16_t host_port = 0;       ///< 0 asks for a free one of the dynamic range

  bool operator==(const PortMapping&) const = default;
};

/// What a task's network shall be (TaskNetwork is the stored row's part, idl/store.smithy).
/// `task_id` names it for its whole life: letters, digits, `_ - .`, at most 128.
struct NetworkSpec {
  std::string task_id = {};
  NetworkMode mode = NetworkMode::awsvpc;
  std::string address = {};                          ///< "10.0.1.5"; required in awsvpc, chosen here in bridge if empty
  std::string mac = {};                              ///< "02:52:0a:00:01:05"; derived from the address if empty
  std::vector<std::string> security_group_ids = {};  ///< awsvpc only; none means nothing may come in or go out
  std::string hostname = {};                         ///< "ip-10-0-1-5" is derived from the address if empty
  std::vector<std::string> dns_servers = {};         ///< the machine's own resolvers if empty
  std::vector<std::string> dns_search = {};          ///< the machine's own search list if empty
  std::vector<PortMapping> port_mappings = {};       ///< bridge only
  std::string connect_namespace = {};                ///< "ns-…" of Service Connect: may use its endpoints; for good, once joined

  bool operator==(const NetworkSpec&) const = default;
};

/// The contents of a container's /etc/resolv.conf, /etc/hosts and /etc/hostname.
struct NameFiles {
  std::string resolv_conf = {};
  std::string hosts = {};
  std::string hostname = {};

  bool operator==(const NameFiles&) const = default;
};

/// The network a task got.
struct Joined {
  std::string netns_path = {};      ///< a file to enter the namespace by; empty in host mode (the machine's own)
  std::string host_interface = {};  ///< the machine's end of the veth; empty in host and none
  std::string address = {};         ///< empty in host and none
  std::string mac = {};
  std::vector<PortMapping> port_mappings = {};  ///< as asked, with the dynamic host ports filled in
  NameFiles names = {};
  bool filtered = true;  ///< false if this machine cannot enforce security groups and was told to go on regardless

  bool operator==(const Joined&) const = default;
};

/// One allowance of a security group. Exactly one of `cidr` and `group_id` is set; both empty means anywhere.
struct SecurityGroupRule {
  std::string protocol = "-1";  ///< "tcp", "udp", "icmp", a protocol number, or "-1" for everything
  int from_port = -1;           ///< first port, or the ICMP type; -1 for all
  int to_port = -1;             ///< last port, or the ICMP code; -1 for all
  std::string cidr = {};        ///< "10.0.0.0/8"; an IPv6 range is accepted and matches nothing, tasks have no IPv6
  std::string group_id = {};    ///< members of that group

  bool operator==(const SecurityGroupRule&) const = default;
};

/// A security group as this machine has to know it.
struct SecurityGroup {
  std::string id = {};  ///< "sg-0123456789abcdef0"
  std::vector<SecurityGroupRule> ingress = {};
  std::vector<SecurityGroupRule> egress = {};
  std::vector<std::string> remote_members = {};  ///< addresses of members on other machines; ours are known from join

  bool operator==(const SecurityGroup&) const = default;
};

/// The addresses of endpoints of Service Connect, on every node: connect_network of decide/discovery/connect_endpoints.h.
inline constexpr std::string_view connect_range = "169.254.176.0/20";

/// An endpoint of Service Connect: an address that this machine's proxy answers at.
struct ConnectEndpoint {
  std::string address = {};       ///< of connect_range
  std::uint16_t port = 0;         ///< that tasks connect to
  std::string namespace_id = {};  ///< only tasks that joined with it get through
  std::vector<SecurityGroupRule> sources = {};  ///< and of those only these: cidr or group_id, else all; nobody when empty

  bool operator==(const ConnectEndpoint&) const = default;
};

/// Gives tasks their networks. Any thread.
class Network {
 public:
  virtual ~Network() = default;

  /// Gives a task its network, or finds it as it was left. Calling again with the same id answers the same, and brings
  /// security groups up to date if the list has changed; another address, mode or port mapping is refused.
  /// When it answers, the first packet may flow and every group is enforced. On failure nothing of the task is left.
  /// Errors: InvalidNetwork (the spec), AddressInUse, PortInUse, NetworkUnavailable (this machine; says how to mend).
  virtual Result<Joined> join(const NetworkSpec& task) = 0;

  /// Takes a task's network away, whether or not processes still live in it; its address and ports are free at once,
  /// and no packet passes. The namespace goes when its last process has ended.
  /// A task that is not known is left already. After an Error it may be called again and goes on where it stopped.
  virtual Status leave(const std::string& task_id) = 0;

  /// Called once, before the first join or leave: finds the networks that an earlier life of the agent left, keeps
  /// those in `wanted` that are whole, removes all others, and answers the ids kept, in order. Kept tasks lose no packet
  /// if set_security_groups was called before; otherwise their groups allow nothing until it is.
  virtual Result<std::vector<std::string>> recover(const std::set<std::string>& wanted) = 0;

  /// Makes exactly these groups the known ones, in one step that no packet sees half done. Before recover they are only
  /// remembered. A task or rule may name a group that is not known: it has no rules, and no members but its tasks.
  /// Connections that stand already go on, as they do in a VPC.
  /// Errors: InvalidNetwork (a malformed rule; nothing has changed), NetworkUnavailable.
  virtual Status set_security_groups(const std::vector<SecurityGroup>& groups) = 0;

  /// Makes exactly these endpoints the ones that tasks get through to, in one step. Before recover they are only remembered.
  /// Connections that stand already go on.
  /// Errors: InvalidNetwork (nothing has changed), NetworkUnavailable.
  virtual Status set_connect_endpoints(const std::vector<ConnectEndpoint>& endpoints) = 0;
};

/// One line of `roadstead doctor`.
struct NetworkCheck {
  std::string check = {};  ///< "nftables"
  bool ok = true;
  std::string mend = {};  ///< what is wrong and what to do about it; empty if all is well
};

}  // namespace roadstead
