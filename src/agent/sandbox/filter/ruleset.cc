#include "agent/sandbox/filter/ruleset.h"

#include <algorithm>
#include <optional>

#include "agent/sandbox/filter/connect_rules.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

/// The name nftables knows a protocol by, or nothing for what no IPv4 packet has.
std::optional<std::string> protocol_of(const SecurityGroupRule& rule) {
  if (rule.protocol == "6") return "tcp";
  if (rule.protocol == "17") return "udp";
  if (rule.protocol == "1") return "icmp";
  if (rule.protocol == "icmpv6" || rule.protocol == "58") return std::nullopt;
  return rule.protocol;
}

bool is_ipv6(std::string_view cidr) { return cidr.contains(':'); }

/// "tcp dport 80-90 ", or nothing for a rule that no IPv4 packet meets.
std::optional<std::string> match_ports(const SecurityGroupRule& rule) {
  auto protocol = protocol_of(rule);
  if (!protocol || is_ipv6(rule.cidr)) return std::nullopt;
  if (*protocol == "-1") return "";
  if (*protocol == "icmp") {
    if (rule.from_port < 0) return "meta l4proto icmp ";
    auto code = rule.to_port < 0 ? "" : cat("icmp code ", rule.to_port, ' ');
    return cat("icmp type ", rule.from_port, ' ', code);
  }
  bool has_ports = *protocol == "tcp" || *protocol == "udp";
  if (!has_ports || rule.from_port < 0 || (rule.from_port == 0 && rule.to_port == 65535)) {
    return cat("meta l4proto ", *protocol, ' ');
  }
  if (rule.from_port == rule.to_port) return cat(*protocol, " dport ", rule.from_port, ' ');
  return cat(*protocol, " dport ", rule.from_port, '-', rule.to_port, ' ');
}

/// "ip saddr 10.0.0.0/8 " for the other side of the connection.
std::string match_other_side(const SecurityGroupRule& rule, std::string_view field) {
  if (!rule.group_id.empty()) return cat("ip ", field, " @", member_set(rule.group_id), ' ');
  if (rule.cidr.empty() || rule.cidr == "0.0.0.0/0") return "";
  auto range = parse_ipv4_range(rule.cidr);
  CHECK(range, "groups are validated before they are rendered");
  return cat("ip ", field, ' ', to_string(*range), ' ');
}

std::vector<std::string> render_allowances(
    const std::vector<SecurityGroupRule>& rules, std::string_view field, std::string_view verdict
) {
  std::vector<std::string> lines;
  for (const auto& rule : rules) {
    auto ports = match_ports(rule);
    if (ports) lines.push_back(cat(match_other_side(rule, field), *ports, verdict));
  }
  return lines;
}

std::vector<std::string> render_direction(
    const TaskRules& task, const GroupTable& groups, bool ingress, std::string_view verdict
) {
  std::vector<std::string> lines;
  if (task.open) {
    lines.emplace_back(verdict);
    return lines;
  }
  for (const auto& id : task.groups) {
    auto group = groups.find(id);
    if (group == groups.end()) continue;
    const auto& rules = ingress ? group->second.ingress : group->second.egress;
    auto more = render_allowances(rules, ingress ? "saddr" : "daddr", verdict);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  lines.emplace_back("drop");
  return lines;
}

std::string padded(std::string bytes) {
  bytes.resize((bytes.size() + 3) & ~std::size_t{3}, '\0');
  return bytes;
}

std::string port_bytes(std::uint16_t port) { return {static_cast<char>(port >> 8), static_cast<char>(port & 255)}; }

std::string list(const std::vector<std::string>& items) { return cat("{ ", join(items, ", "), " }"); }

std::string render_set(
    std::string_view kind,
    std::string_view name,
    std::string_view type,
    const std::map<std::string, std::vector<std::string>>& elements
) {
  auto found = elements.find(std::string(name));
  auto content = found == elements.end() ? "" : cat(" elements = ", list(found->second), ";");
  return cat("  ", kind, ' ', name, " { type ", type, ";", content, " }\n");
}

std::string render_chain(std::string_view name, const std::vector<std::string>& rules) {
  auto text = cat("  chain ", name, " {\n");
  for (const auto& rule : rules) text += cat("    ", rule, '\n');
  return text + "  }\n";
}

std::string render_base_chain(std::string_view name, std::string_view hook, const std::vector<std::string>& rules) {
  std::vector<std::string> lines{cat("type ", hook, "; policy accept;")};
  lines.insert(lines.end(), rules.begin(), rules.end());
  return render_chain(name, lines);
}

std::vector<std::string> texts(const auto& values) {
  std::vector<std::string> out;
  for (const auto& value : values) out.push_back(to_string(value));
  return out;
}

/// The chains that do not depend on tasks or groups.
std::string render_fixed_chains(const RulesetConfig& config) {
  auto from_task = cat("iifname \"", config.link_prefix, "*\" ");
  auto to_task = cat("oifname \"", config.link_prefix, "*\" ");
  auto not_from_task = cat("iifname != \"", config.link_prefix, "*\" ");
  auto not_to_task = cat("oifname != \"", config.link_prefix, "*\" ");
  auto endpoint = to_string(config.endpoint_address);
  auto ranges = list(texts(config.task_ranges));
  auto host = to_string(config.host_address);
  std::string dns = "meta l4proto { tcp, udp } th dport 53 ";
  std::string dnat = "fib daddr type local dnat ip to meta l4proto . th dport map @dnat4";

  std::vector<std::string> passing{
      cat(not_from_task, not_to_task, "return"),
      "meta nfproto ipv6 drop",
      "ct state vmap { established : accept, related : accept, invalid : drop }",
      cat(not_from_task, "goto arriving"),
      "ip daddr 169.254.0.0/16 drop",
      cat(not_to_task, "ip saddr . ip daddr @resolvers ", dns, "accept"),
      "ip saddr vmap @egress",
      "drop",
  };
  std::vector<std::string> machine{
      cat(not_from_task, "return"),
      "ct state vmap { established : accept, related : accept, invalid : drop }",
      cat("ip daddr ", endpoint, " tcp dport ", config.endpoint_port, " accept"),
      cat("ip saddr . ip daddr @resolvers ", dns, "accept"),
      cat("ip daddr ", connect_range, " goto connect"),
      "drop",
  };
  if (!config.nameservers.empty()) {
    auto rule = cat("ip daddr ", list(texts(config.nameservers)), ' ', dns, "accept");
    passing.insert(passing.end() - 3, cat(not_to_task, rule));
    machine.insert(machine.end() - 3, rule);
  }
  if (!config.host_tcp_ports.empty()) {
    std::vector<std::string> ports;
    for (auto port : config.host_tcp_ports) ports.push_back(cat(port));
    machine.insert(machine.end() - 1, cat("tcp dport ", list(ports), " ip daddr != 169.254.0.0/16 ip saddr vmap @egress"));
  }
  return cat(
      render_base_chain(
          "guard", "filter hook prerouting priority raw",
          {cat(not_from_task, "return"), "meta nfproto ipv6 drop", "ip daddr 127.0.0.0/8 drop",
           "fib saddr . iif oif missing drop"}
      ),
      render_base_chain(
          "inward", "nat hook prerouting priority dstnat",
          {cat(from_task, "ip daddr ", endpoint, " tcp dport 80 dnat ip to ", endpoint, ":", config.endpoint_port),
           cat(from_task, "ip daddr ", connect_range, " meta l4proto tcp dnat to :", endpoint_proxy_port),
           cat(from_task, "ip daddr 169.254.0.0/16 return"), dnat}
      ),
      render_base_chain("onward", "nat hook output priority -100", {dnat}),
      render_base_chain("passing", "filter hook forward priority filter", passing),
      render_base_chain("machine", "filter hook input priority filter", machine),
      render_base_chain(
          "outward", "nat hook postrouting priority srcnat",
          {cat(to_task, "ip saddr 127.0.0.0/8 snat ip to ", host),
           cat(to_task, "ct status dnat ip saddr ", ranges, " snat ip to ", host),
           cat(not_to_task, "ip saddr ", ranges, " ip daddr != ", ranges, " masquerade")}
      ),
      render_chain("arriving", {cat(to_task, "ip daddr vmap @ingress"), cat(to_task, "drop"), "accept"})
  );
}

void mention(std::set<std::string>& sets, const SecurityGroup& group) {
  sets.insert(member_set(group.id));
  for (const auto* rules : {&group.ingress, &group.egress}) {
    for (const auto& rule : *rules) {
      if (!rule.group_id.empty()) sets.insert(member_set(rule.group_id));
    }
  }
}

}  // namespace

std::string combination_of(const TaskRules& task) {
  if (task.open) return "open";
  if (task.groups.empty()) return "closed";
  std::vector<std::string> ids(task.groups.begin(), task.groups.end());
  return sha256_hex(join(ids, ",")).substr(0, 16);
}

std::string member_set(std::string_view group_id) { return cat("m_", group_id); }

std::set<std::string> member_sets(const GroupTable& groups, const TaskTable& tasks) {
  std::set<std::string> sets;
  for (const auto& [id, group] : groups) mention(sets, group);
  for (const auto& [id, task] : tasks) {
    for (const auto& group : task.groups) sets.insert(member_set(group));
    if (!task.connect_namespace.empty()) sets.insert(namespace_set(task.connect_namespace));
  }
  return sets;
}

std::vector<std::string> render_ingress(const TaskRules& task, const GroupTable& groups) {
  return render_direction(task, groups, true, "accept");
}

std::vector<std::string> render_egress(const TaskRules& task, const GroupTable& groups) {
  return render_direction(task, groups, false, "goto arriving");
}

std::vector<TableElement> elements_of(const TaskRules& task) {
  auto address = to_string(task.address);
  auto key = wire_bytes(task.address);
  auto combination = combination_of(task);
  std::vector<TableElement> elements;
  for (const auto& group : task.groups) {
    elements.push_back({.set = member_set(group), .text = address, .key = key});
  }
  if (!task.connect_namespace.empty()) {
    elements.push_back({.set = namespace_set(task.connect_namespace), .text = address, .key = key});
  }
  for (auto server : task.nameservers) {
    elements.push_back(
        {.set = "resolvers", .text = cat(address, " . ", to_string(server)), .key = key + wire_bytes(server)}
    );
  }
  for (const auto& port : task.port_mappings) {
    std::string protocol(1, port.protocol == "udp" ? '\x11' : '\x06');
    elements.push_back(
        {.set = "dnat4",
         .text = cat(port.protocol, " . ", port.host_port, " : ", address, " . ", port.container_port),
         .key = padded(protocol) + padded(port_bytes(port.host_port)),
         .value = key + padded(port_bytes(port.container_port))}
    );
  }
  for (bool ingress : {false, true}) {
    auto chain = cat(ingress ? "i_" : "e_", combination);
    elements.push_back(
        {.set = ingress ? "ingress" : "egress", .text = cat(address, " : goto ", chain), .key = key, .chain = chain}
    );
  }
  return elements;
}

std::vector<TableElement> remote_elements_of(const SecurityGroup& group) {
  std::vector<TableElement> elements;
  for (const auto& member : group.remote_members) {
    auto address = parse_ipv4(member);
    CHECK(address, "groups are validated before they are rendered");
    elements.push_back({.set = member_set(group.id), .text = member, .key = wire_bytes(*address)});
  }
  return elements;
}

std::string render_table(
    const RulesetConfig& config, const GroupTable& groups, const TaskTable& tasks, const std::vector<ConnectEndpoint>& endpoints
) {
  std::map<std::string, std::vector<std::string>> elements;
  std::map<std::string, const TaskRules*> combinations;
  std::set<TableElement> all;
  for (const auto& [id, task] : tasks) {
    combinations.emplace(combination_of(task), &task);
    for (auto& element : elements_of(task)) all.insert(std::move(element));
  }
  for (const auto& [id, group] : groups) {
    for (auto& element : remote_elements_of(group)) all.insert(std::move(element));
  }
  for (const auto& element : all) elements[element.set].push_back(element.text);

  auto text = cat("add table inet ", config.table, "\ndelete table inet ", config.table, "\n");
  text += cat("table inet ", config.table, " {\n");
  auto sets = member_sets(groups, tasks);
  sets.merge(connect_sets(endpoints));
  for (const auto& set : sets) text += render_set("set", set, "ipv4_addr", elements);
  text += render_set("set", "resolvers", "ipv4_addr . ipv4_addr", elements);
  text += render_set("map", "dnat4", "inet_proto . inet_service : ipv4_addr . inet_service", elements);
  for (const auto& [name, task] : combinations) {
    text += render_chain(cat("i_", name), render_ingress(*task, groups));
  }
  for (const auto& [name, task] : combinations) text += render_chain(cat("e_", name), render_egress(*task, groups));
  text += render_set("map", "ingress", "ipv4_addr : verdict", elements);
  text += render_set("map", "egress", "ipv4_addr : verdict", elements);
  text += render_chain("connect", render_connect_rules(endpoints));
  return text + render_fixed_chains(config) + "}\n";
}

std::string render_combination(const RulesetConfig& config, const TaskRules& task, const GroupTable& groups) {
  std::set<std::string> sets;
  for (const auto& id : task.groups) {
    sets.insert(member_set(id));
    auto group = groups.find(id);
    if (group != groups.end()) mention(sets, group->second);
  }
  if (!task.connect_namespace.empty()) sets.insert(namespace_set(task.connect_namespace));
  std::string text;
  for (const auto& set : sets) text += cat("add set inet ", config.table, ' ', set, " { type ipv4_addr; }\n");
  for (bool ingress : {true, false}) {
    auto chain = cat("inet ", config.table, ingress ? " i_" : " e_", combination_of(task));
    text += cat("add chain ", chain, "\nflush chain ", chain, '\n');
    for (const auto& rule : ingress ? render_ingress(task, groups) : render_egress(task, groups)) {
      text += cat("add rule ", chain, ' ', rule, '\n');
    }
  }
  return text;
}

std::string render_removal(const RulesetConfig& config, const std::string& combination) {
  std::string text;
  for (auto kind : {" i_", " e_"}) {
    auto chain = cat("inet ", config.table, kind, combination);
    text += cat("flush chain ", chain, "\ndelete chain ", chain, '\n');
  }
  return text;
}

}  // namespace roadstead
