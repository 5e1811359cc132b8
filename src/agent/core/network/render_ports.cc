#include "agent/core/network/render_ports.h"

#include <algorithm>
#include <utility>

#include "agent/core/render/optional_list.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

std::string_view protocol_of(const ecs::PortMapping& port) {
  return to_string(port.protocol.value_or(ecs::TransportProtocol::tcp));
}

/// First and last port; 0 and -1 for a mapping without ports. The definition was checked when it was registered.
std::pair<int, int> ports_of(const ecs::PortMapping& port) {
  if (port.container_port) return {*port.container_port, *port.container_port};
  const std::string text = port.container_port_range.value_or("");
  auto dash = text.find('-');
  auto first = to_number<int>(std::string_view(text).substr(0, dash));
  auto last = dash == std::string::npos ? first : to_number<int>(std::string_view(text).substr(dash + 1));
  if (!first || !last || *first < 1 || *last > 65535) return {0, -1};
  return {*first, *last};
}

bool in_a_row(const std::vector<TaskProgress::Binding>& bindings) {
  for (std::size_t at = 1; at < bindings.size(); ++at) {
    if (bindings[at].host_port != bindings[at - 1].host_port + 1) return false;
  }
  return !bindings.empty();
}

}  // namespace

std::vector<PortMapping> render_port_mappings(const ecs::TaskDefinition& definition) {
  std::vector<PortMapping> mappings;
  for (const auto& container : list_of(definition.container_definitions)) {
    for (const auto& port : list_of(container.port_mappings)) {
      auto [first, last] = ports_of(port);
      for (int one = first; one <= last; ++one) {
        mappings.push_back({
            .protocol = std::string(protocol_of(port)),
            .container_port = static_cast<std::uint16_t>(one),
            .host_port = static_cast<std::uint16_t>(port.host_port.value_or(0)),
        });
      }
    }
  }
  return mappings;
}

std::vector<std::vector<TaskProgress::Binding>> take_bindings(
    const ecs::ContainerDefinition& container, const std::vector<TaskProgress::Binding>& given
) {
  std::vector<std::vector<TaskProgress::Binding>> taken;
  std::vector<bool> used(given.size());
  for (const auto& port : list_of(container.port_mappings)) {
    auto& own = taken.emplace_back();
    auto [first, last] = ports_of(port);
    int wanted = port.host_port.value_or(0);
    for (std::size_t at = 0; at < given.size(); ++at) {
      const auto& one = given[at];
      bool fits = !used[at] && one.container_port >= first && one.container_port <= last && one.protocol == protocol_of(port) &&
                  (wanted == 0 || wanted == one.host_port);
      if (!fits) continue;
      used[at] = true;
      own.push_back(one);
      if (first == last) break;
    }
  }
  return taken;
}

std::vector<ecs::NetworkBinding> render_network_bindings(
    const ecs::ContainerDefinition& container, const std::vector<TaskProgress::Binding>& given
) {
  std::vector<ecs::NetworkBinding> bindings;
  auto taken = take_bindings(container, given);
  for (std::size_t at = 0; at < taken.size(); ++at) {
    const auto& port = container.port_mappings->at(at);
    auto protocol = port.protocol.value_or(ecs::TransportProtocol::tcp);
    if (port.container_port_range && in_a_row(taken[at])) {
      bindings.push_back({
          .bind_ip = "0.0.0.0",
          .protocol = protocol,
          .container_port_range = *port.container_port_range,
          .host_port_range = cat(taken[at].front().host_port, "-", taken[at].back().host_port),
      });
      continue;
    }
    for (const auto& one : taken[at]) {
      bindings.push_back({
          .bind_ip = "0.0.0.0", .container_port = one.container_port, .host_port = one.host_port, .protocol = protocol,
      });
    }
  }
  return bindings;
}

}  // namespace roadstead
