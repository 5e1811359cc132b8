#include "agent/core/network/render_ports.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using Bindings = std::vector<TaskProgress::Binding>;

ecs::ContainerDefinition container_with(std::vector<ecs::PortMapping> ports) {
  ecs::ContainerDefinition container;
  container.port_mappings = std::move(ports);
  return container;
}

std::string shown(const std::vector<ecs::NetworkBinding>& bindings) {
  std::string out;
  for (const auto& one : bindings) {
    out += one.container_port_range ? *one.container_port_range : std::to_string(one.container_port.value_or(0));
    out += ">";
    out += one.host_port_range ? *one.host_port_range : std::to_string(one.host_port.value_or(0));
    out += one.protocol == ecs::TransportProtocol::udp ? "/udp " : "/tcp ";
  }
  return out;
}

TEST(RenderPorts, ARangeIsAMappingForEachPort) {
  ecs::TaskDefinition definition;
  definition.container_definitions = {{
      container_with({{.container_port = 80, .host_port = 8080}}),
      container_with({{.protocol = ecs::TransportProtocol::udp, .container_port_range = "7000-7002"}}),
  }};
  EXPECT_EQ(render_port_mappings(definition),
            (std::vector<PortMapping>{{"tcp", 80, 8080}, {"udp", 7000, 0}, {"udp", 7001, 0}, {"udp", 7002, 0}}));
}

TEST(RenderPorts, ARangeIsOneBindingWhenItsHostPortsAreInARow) {
  auto container = container_with({{.container_port_range = "7000-7002"}, {.container_port = 80}});
  Bindings row{{7000, 40000, "tcp"}, {7001, 40001, "tcp"}, {7002, 40002, "tcp"}, {80, 40003, "tcp"}};
  EXPECT_EQ(shown(render_network_bindings(container, row)), "7000-7002>40000-40002/tcp 80>40003/tcp ");
  Bindings scattered{{7000, 40000, "tcp"}, {7001, 40007, "tcp"}, {7002, 40009, "tcp"}, {80, 40003, "tcp"}};
  EXPECT_EQ(shown(render_network_bindings(container, scattered)), "7000>40000/tcp 7001>40007/tcp 7002>40009/tcp 80>40003/tcp ");
  EXPECT_EQ(shown(render_network_bindings(container, {})), "");
}

TEST(RenderPorts, ABindingIsOfOneMappingOnly) {
  auto fixed = container_with({{.container_port = 80, .host_port = 8080}, {.container_port = 80, .host_port = 8081}});
  EXPECT_EQ(shown(render_network_bindings(fixed, {{80, 8080, "tcp"}, {80, 8081, "tcp"}})), "80>8080/tcp 80>8081/tcp ");
  auto found = container_with({{.container_port = 53, .host_port = 0}, {.container_port = 53, .host_port = 0},
                               {.container_port = 53, .protocol = ecs::TransportProtocol::udp}});
  EXPECT_EQ(shown(render_network_bindings(found, {{53, 40000, "tcp"}, {53, 40001, "tcp"}, {53, 40002, "udp"}})),
            "53>40000/tcp 53>40001/tcp 53>40002/udp ");
  EXPECT_EQ(shown(render_network_bindings(container_with({{.container_port = 90}}), {{53, 40000, "tcp"}})), "");
}

}  // namespace
}  // namespace roadstead
