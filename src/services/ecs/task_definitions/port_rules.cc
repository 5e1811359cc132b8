#include "services/ecs/task_definitions/port_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr int largest_port = 65535;
constexpr std::size_t longest_port_name = 64;
constexpr std::ptrdiff_t most_ranges = 100;

/// The ports of a mapping, both ends included.
struct PortSpan {
  int first = 0;
  int last = 0;
};

/// "8000-8010"; nothing when it is no range of ports.
std::optional<PortSpan> parse_port_range(std::string_view text) {
  auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto first = to_number<int>(text.substr(0, dash));
  auto last = to_number<int>(text.substr(dash + 1));
  if (!first || !last || *first < 1 || *first >= *last || *last > largest_port) return std::nullopt;
  return PortSpan{*first, *last};
}

PortSpan span_of(const PortMapping& port) {
  if (port.container_port_range) return parse_port_range(*port.container_port_range).value_or(PortSpan{});
  return {port.container_port.value_or(0), port.container_port.value_or(0)};
}

Status check_port(std::optional<std::int32_t> port, int lowest, std::string_view member) {
  if (!port || (*port >= lowest && *port <= largest_port)) return Done{};
  return client_error(cat("Invalid setting for ", member, ": ", *port, ". It must be between ", lowest, " and ", largest_port, '.'));
}

Status check_name(const std::string& name) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (!name.empty() && name.size() <= longest_port_name && name.front() != '-' && std::ranges::all_of(name, fits)) return Done{};
  return client_error(cat("Invalid port mapping name '", name,
                          "'. It must be 1 to 64 lowercase letters, digits, hyphens and underscores, and not begin with a hyphen."));
}

Status complete_range(PortMapping& port, NetworkMode mode) {
  if (port.container_port || port.host_port) return client_error("A port mapping cannot specify both single port and port range.");
  if (mode == NetworkMode::host) {
    return client_error("Invalid 'containerPortRange' setting. Port ranges are for the network modes bridge and awsvpc.");
  }
  if (!parse_port_range(*port.container_port_range)) {
    return client_error(cat("Invalid 'containerPortRange' setting: '", *port.container_port_range,
                            "'. Give two ports, the lower one first, such as \"8000-8010\"."));
  }
  return Done{};
}

/// Host and awsvpc tasks listen where the container does (§2.3).
Status complete_single(PortMapping& port, NetworkMode mode) {
  TRY(check_port(port.container_port, 1, "containerPort"));
  TRY(check_port(port.host_port, 0, "hostPort"));
  if (!port.container_port) return client_error("Container port must be specified in a port mapping.");
  if (mode == NetworkMode::bridge) {
    port.host_port = port.host_port.value_or(0);
    return Done{};
  }
  if (port.host_port && *port.host_port != 0 && *port.host_port != *port.container_port) {
    return client_error(cat("When networkMode=", to_string(mode), ", the host ports and container ports in port mappings must match."));
  }
  port.host_port = port.container_port;
  return Done{};
}

/// Whether two mappings of one network namespace are at odds. On a bridge one port may lead to several of the machine, but a
/// range overlaps nothing.
bool collide(const PortMapping& a, const PortMapping& b, bool bridge) {
  if (a.protocol != b.protocol || (bridge && !a.container_port_range && !b.container_port_range)) return false;
  auto one = span_of(a);
  auto other = span_of(b);
  return one.first <= other.last && other.first <= one.last;
}

std::string ports_text(const PortMapping& port) { return port.container_port_range.value_or(cat(port.container_port.value_or(0))); }

/// AWS gives each container of a bridge task a network namespace; here they share the task's.
Error shared_port(const PortMapping& port, const std::string& container) {
  return client_error(cat("The container port is used multiple times in task: ", ports_text(port), ". The container '", container,
                          "' and one before it would both listen there, and on this server the containers of a task with ",
                          "networkMode bridge share one network namespace. Give one of them another containerPort, or run it ",
                          "in a task of its own."));
}

}  // namespace

Status complete_ports(std::vector<PortMapping>& ports, const TaskDefinition& definition) {
  auto mode = definition.network_mode.value_or(NetworkMode::bridge);
  if (!ports.empty() && mode == NetworkMode::none) return client_error("Port mappings cannot be used with networkMode none.");
  auto is_range = [](const PortMapping& port) { return port.container_port_range.has_value(); };
  if (std::ranges::count_if(ports, is_range) > most_ranges) {
    return client_error("Invalid 'containerPortRange' setting. A container has at most 100 port ranges.");
  }
  for (auto& port : ports) {
    if (port.name) TRY(check_name(*port.name));
    TRY(is_range(port) ? complete_range(port, mode) : complete_single(port, mode));
    port.protocol = port.protocol.value_or(TransportProtocol::tcp);
  }
  return Done{};
}

Status check_port_uses(const TaskDefinition& definition) {
  std::set<std::string> names;
  std::vector<PortMapping> taken;
  std::vector<PortMapping> others;
  bool bridge = definition.network_mode.value_or(NetworkMode::bridge) == NetworkMode::bridge;
  for (const auto& container : *definition.container_definitions) {
    if (bridge) others.insert(others.end(), taken.begin(), taken.end());
    if (bridge) taken.clear();
    for (const auto& port : *container.port_mappings) {
      if (port.name && !names.insert(*port.name).second) {
        return client_error(cat("The port mapping name is already used: ", *port.name));
      }
      if (std::ranges::any_of(others, [&](const PortMapping& other) { return collide(port, other, false); })) {
        return shared_port(port, container.name.value_or(""));
      }
      if (std::ranges::any_of(taken, [&](const PortMapping& other) { return collide(port, other, bridge); })) {
        return client_error(cat("The container port is used multiple times in task: ", ports_text(port)));
      }
      taken.push_back(port);
    }
  }
  return Done{};
}

}  // namespace roadstead::ecs
