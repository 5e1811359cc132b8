// Security groups, port mappings and address translation as one nftables table: what a packet meets, as text.
//
//   raw      guard    a task's packet must come from the veth its source address is routed to; no IPv6, no 127.0.0.0/8
//   dstnat   inward   <machine>:<host port> → <task>:<container port> (map dnat4), from outside and (onward) from here
//   filter   passing  established → accept; DNS → accept; source ∈ egress map → its egress chain, else drop
//              e_<combination>   every egress allowance of the task's groups → goto arriving; end: drop
//              arriving          destination ∈ ingress map → its ingress chain; another task address: drop; outside: accept
//              i_<combination>   every ingress allowance of the task's groups → accept; end: drop
//            machine  task → this machine: in-task endpoint, DNS, the listed ports (by its egress rules), Service Connect
//                     (connect_rules.h), else drop
//   srcnat   outward  task → outside the task ranges: masquerade; 127.0.0.1 → mapped port: from the host address
//
// What this machine sends to a task is not filtered: its proxy is the load balancer and its agent does the health
// checks. A combination is a set of groups that some task has; its two chains are made when the first such task joins,
// so that one more task is a handful of map elements. Pure: text and bytes, nothing is sent here. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/sandbox/address.h"
#include "agent/sandbox/port.h"

namespace roadstead {

/// What the table needs to know of this machine.
struct RulesetConfig {
  std::string table = "roadstead";  ///< its name in family inet
  std::string link_prefix = "rsd";  ///< of every veth's end on this machine
  std::vector<Ipv4Range> task_ranges = {};
  Ipv4 host_address = {};                        ///< this machine's address within the task ranges
  Ipv4 endpoint_address = {0xa9feaa02};          ///< 169.254.170.2
  std::uint16_t endpoint_port = 80;              ///< where it is served; tasks always use 80
  std::vector<std::uint16_t> host_tcp_ports = {};  ///< of this machine that tasks may use
  std::set<Ipv4> nameservers = {};               ///< of this machine, open to every task
};

/// What the table needs to know of one task.
struct TaskRules {
  Ipv4 address = {};
  std::set<std::string> groups = {};  ///< empty with `open` false: nothing passes
  bool open = false;                  ///< bridge mode: not governed by groups
  std::vector<PortMapping> port_mappings = {};
  std::set<Ipv4> nameservers = {};
  std::string connect_namespace = {};  ///< empty: no endpoint of Service Connect is open to it

  bool operator==(const TaskRules&) const = default;
};

/// One element of a set or map, as text and as the kernel keeps it.
struct TableElement {
  std::string set = {};
  std::string text = {};     ///< "10.0.0.5 : goto i_1234"
  std::string key = {};      ///< in the machine's layout: each part padded to four bytes
  std::string value = {};    ///< of a map to addresses
  std::string chain = {};  ///< of a verdict map: goto this chain

  auto operator<=>(const TableElement&) const = default;
};

using GroupTable = std::map<std::string, SecurityGroup>;
using TaskTable = std::map<std::string, TaskRules>;

/// The name all tasks with the same groups share, such as "3f2a…" (16 digits), "open" or "closed".
std::string combination_of(const TaskRules& task);

/// The sets that hold the members of the groups, for `groups` and all that they or the tasks mention.
std::set<std::string> member_sets(const GroupTable& groups, const TaskTable& tasks);
std::string member_set(std::string_view group_id);

/// The rules of one chain of a combination, a line each, ready to follow "add rule …" or to stand in a chain.
std::vector<std::string> render_ingress(const TaskRules& task, const GroupTable& groups);
std::vector<std::string> render_egress(const TaskRules& task, const GroupTable& groups);

/// The elements one task adds to the table, in a fixed order.
std::vector<TableElement> elements_of(const TaskRules& task);

/// The elements of the members of a group that live on other machines.
std::vector<TableElement> remote_elements_of(const SecurityGroup& group);

/// Commands that remove the table if it is there and make it anew, in one transaction.
std::string render_table(
    const RulesetConfig& config, const GroupTable& groups, const TaskTable& tasks,
    const std::vector<ConnectEndpoint>& endpoints = {}
);

/// Commands that make a combination's two chains what they have to be, and the sets they need.
std::string render_combination(const RulesetConfig& config, const TaskRules& task, const GroupTable& groups);

/// Commands that remove a combination which no element points to.
std::string render_removal(const RulesetConfig& config, const std::string& combination);

}  // namespace roadstead
