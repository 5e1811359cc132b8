#include "agent/sandbox/spec_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "agent/sandbox/address.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

Error invalid(const NetworkSpec& task, std::string_view what) {
  return Error{"InvalidNetwork", cat("task ", task.task_id, ": ", what)};
}

Error invalid(std::string_view group, std::string_view what) {
  return Error{"InvalidNetwork", cat("security group ", group, ": ", what)};
}

Status validate_rule(const SecurityGroup& group, const SecurityGroupRule& rule) {
  static const std::set<std::string> known{"-1", "tcp", "udp", "icmp", "icmpv6"};
  if (!known.contains(rule.protocol) && !to_number<std::uint8_t>(rule.protocol)) {
    return invalid(group.id, cat("\"", rule.protocol, "\" is not a protocol"));
  }
  bool icmp = rule.protocol == "icmp" || rule.protocol == "1" || rule.protocol == "icmpv6" || rule.protocol == "58";
  int highest = icmp ? 255 : 65535;
  bool in_range = rule.from_port >= -1 && rule.to_port >= -1 && rule.from_port <= highest && rule.to_port <= highest;
  if (!in_range || (!icmp && rule.from_port > rule.to_port)) {
    return invalid(group.id, cat(rule.from_port, " to ", rule.to_port, " is not a range of ports"));
  }
  if (!rule.cidr.empty() && !rule.group_id.empty()) return invalid(group.id, "a rule names both a range and a group");
  if (!rule.group_id.empty() && !is_group_id(rule.group_id)) return invalid(group.id, "a rule names a malformed group id");
  if (rule.cidr.empty() || rule.cidr.contains(':')) return Done{};
  auto range = parse_ipv4_range(rule.cidr);
  if (!range) return invalid(group.id, range.error().message);
  return Done{};
}

}  // namespace

/// A task id becomes a file name.
bool is_task_id(std::string_view id) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !id.empty() && id.size() <= 128 && id.front() != '.' && std::all_of(id.begin(), id.end(), allowed);
}

bool has_link(NetworkMode mode) { return mode == NetworkMode::awsvpc || mode == NetworkMode::bridge; }

Status validate_network(const NetworkSpec& task) {
  if (!is_task_id(task.task_id)) return Error{"InvalidNetwork", cat("\"", task.task_id, "\" is not a task id")};
  if (task.mode == NetworkMode::awsvpc && task.address.empty()) return invalid(task, "awsvpc needs an address");
  if (task.mode != NetworkMode::bridge && !task.port_mappings.empty()) {
    return invalid(task, "only bridge mode maps ports");
  }
  if (task.mode != NetworkMode::awsvpc && !task.security_group_ids.empty()) {
    return invalid(task, "only awsvpc has security groups");
  }
  if (!task.connect_namespace.empty() && !is_group_id(task.connect_namespace)) {
    return invalid(task, cat("\"", task.connect_namespace, "\" is not a namespace"));
  }
  for (const auto& group : task.security_group_ids) {
    if (!is_group_id(group)) return invalid(task, cat("\"", group, "\" is not a security group id"));
  }
  for (const auto& port : task.port_mappings) {
    if ((port.protocol != "tcp" && port.protocol != "udp") || port.container_port == 0) {
      return invalid(task, "a port mapping needs tcp or udp and a container port");
    }
  }
  return Done{};
}

bool is_group_id(std::string_view id) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed);
}

Status validate_group(const SecurityGroup& group) {
  if (!is_group_id(group.id)) return Error{"InvalidNetwork", cat("\"", group.id, "\" is not a security group id")};
  for (const auto* rules : {&group.ingress, &group.egress}) {
    for (const auto& rule : *rules) TRY(validate_rule(group, rule));
  }
  for (const auto& member : group.remote_members) TRY(parse_ipv4(member));
  return Done{};
}

Status validate_groups(const std::vector<SecurityGroup>& groups) {
  std::set<std::string> seen;
  for (const auto& group : groups) {
    TRY(validate_group(group));
    if (!seen.insert(group.id).second) return invalid(group.id, "is given twice");
  }
  return Done{};
}

Status validate_endpoints(const std::vector<ConnectEndpoint>& endpoints) {
  auto range = TRY(parse_ipv4_range(connect_range));
  for (const auto& endpoint : endpoints) {
    auto problem = [&](std::string_view what) {
      return Error{"InvalidNetwork", cat("endpoint ", endpoint.address, ": ", what)};
    };
    if (!range.contains(TRY(parse_ipv4(endpoint.address)))) return problem(cat("is outside ", connect_range));
    if (endpoint.port == 0) return problem("has no port");
    if (!is_group_id(endpoint.namespace_id)) return problem("has a malformed namespace");
    TRY(validate_group({.id = "endpoint", .ingress = endpoint.sources}));
  }
  return Done{};
}

bool is_same_network(const NetworkSpec& had, const NetworkSpec& wanted) {
  bool ports = had.port_mappings.size() == wanted.port_mappings.size();
  for (std::size_t i = 0; ports && i < had.port_mappings.size(); ++i) {
    auto a = had.port_mappings[i];
    const auto& b = wanted.port_mappings[i];
    if (b.host_port == 0) a.host_port = 0;
    ports = a == b;
  }
  return ports && had.mode == wanted.mode && (wanted.address.empty() || had.address == wanted.address) &&
         (wanted.mac.empty() || had.mac == wanted.mac);
}

}  // namespace roadstead
