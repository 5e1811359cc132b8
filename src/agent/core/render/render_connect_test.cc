#include "agent/core/render/render_connect.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/placement/cidr.h"

namespace roadstead {
namespace {

ConnectEndpointRow endpoint_row() {
  ConnectEndpointRow row;
  row.namespace_id = "ns-1";
  row.discovery_name = "web";
  row.service_arn = "arn:s";
  row.target_port = 8080;
  row.port = 80;
  row.address = "169.254.176.9";
  row.dns_names = {"web", "web.corp"};
  return row;
}

ServiceRevisionRow revision_with(std::vector<std::string> groups) {
  ServiceRevisionRow row;
  row.network_configuration.emplace().awsvpc_configuration.emplace().security_groups = std::move(groups);
  return row;
}

SecurityRule rule(const std::string& protocol, int from, int to, std::optional<std::string> cidr, std::optional<std::string> group) {
  SecurityRule out;
  out.protocol = protocol;
  out.from_port = from;
  out.to_port = to;
  out.cidr = std::move(cidr);
  out.group_id = std::move(group);
  return out;
}

SecurityGroupRows groups_of(std::vector<SecurityRule> ingress) {
  SecurityGroupRow row;
  row.group_id = "sg-1";
  row.group_name = "default";
  row.ingress = std::move(ingress);
  return {{"sg-1", std::make_shared<const SecurityGroupRow>(row)}};
}

TEST(RenderConnectEndpoint, TheRangeIsTheOneThatAddressesAreTakenFrom) {
  EXPECT_EQ(connect_range, cat(format_address(connect_network), '/', connect_prefix));
}

TEST(RenderConnectEndpoint, OnlyRulesForThePortBehindItCount) {
  auto groups = groups_of({
      rule("tcp", 8000, 8100, "10.0.0.0/8", std::nullopt),
      rule("tcp", 80, 80, "11.0.0.0/8", std::nullopt),
      rule("udp", 8080, 8080, "12.0.0.0/8", std::nullopt),
      rule("-1", 0, 65535, std::nullopt, "sg-2"),
  });
  auto revision = revision_with({"sg-1"});
  auto out = render_connect_endpoint(endpoint_row(), &revision, groups);
  EXPECT_EQ(out.address, "169.254.176.9");
  EXPECT_EQ(out.port, 80);
  EXPECT_EQ(out.namespace_id, "ns-1");
  EXPECT_EQ(out.sources, (std::vector<SecurityGroupRule>{{.cidr = "10.0.0.0/8"}, {.group_id = "sg-2"}}));
}

TEST(RenderConnectEndpoint, NoGroupNamedIsTheDefaultOne) {
  auto groups = groups_of({rule("-1", 0, 65535, std::nullopt, "sg-1")});
  auto revision = revision_with({});
  EXPECT_EQ(render_connect_endpoint(endpoint_row(), &revision, groups).sources, std::vector<SecurityGroupRule>{{.group_id = "sg-1"}});
}

TEST(RenderConnectEndpoint, TasksWithoutAnAddressOfTheirOwnHaveNoGroups) {
  ServiceRevisionRow bridge;
  EXPECT_EQ(render_connect_endpoint(endpoint_row(), &bridge, {}).sources, std::vector<SecurityGroupRule>{{}});
  EXPECT_TRUE(render_connect_endpoint(endpoint_row(), nullptr, {}).sources.empty());
}

TEST(RenderConnectHosts, NamesOfOneNamespaceAlone) {
  auto other = endpoint_row();
  other.namespace_id = "ns-2";
  EndpointRows rows{{"a", std::make_shared<const ConnectEndpointRow>(endpoint_row())},
                    {"b", std::make_shared<const ConnectEndpointRow>(other)}};
  EXPECT_EQ(render_connect_hosts(rows, "ns-1"), (std::vector<std::string>{"169.254.176.9\tweb", "169.254.176.9\tweb.corp"}));
  EXPECT_TRUE(render_connect_hosts(rows, "ns-3").empty());
}

}  // namespace
}  // namespace roadstead
