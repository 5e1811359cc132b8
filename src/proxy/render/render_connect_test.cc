#include "proxy/render/render_connect.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "proxy/render/render_haproxy.h"
#include "proxy/servers/runtime_plan.h"

namespace roadstead {
namespace {

ConnectEndpointRow endpoint(const std::string& name, const std::string& protocol) {
  ConnectEndpointRow row;
  row.namespace_id = "ns-1";
  row.discovery_name = name;
  row.discovery_service_id = cat("srv-", name);
  row.protocol = protocol;
  row.port = 80;
  row.target_port = 8080;
  row.address = name == "web" ? "169.254.176.1" : "169.254.176.2";
  return row;
}

DiscoveryInstanceRow instance(const std::string& service, const std::string& id, const std::string& address, bool healthy = true) {
  DiscoveryInstanceRow row;
  row.discovery_service_id = cat("srv-", service);
  row.instance_id = id;
  row.attributes = {{"AWS_INSTANCE_IPV4", address}, {"AWS_INSTANCE_PORT", "8080"}};
  row.health_status = healthy ? "HEALTHY" : "UNHEALTHY";
  row.owner = cat("arn:task/", id);
  return row;
}

ProxyView view_of(std::vector<ConnectEndpointRow> endpoints, std::vector<DiscoveryInstanceRow> instances) {
  ProxyView view;
  for (auto& row : endpoints) view.connect_endpoints.push_back(std::make_shared<const ConnectEndpointRow>(std::move(row)));
  for (auto& row : instances) view.connect_instances.push_back(std::make_shared<const DiscoveryInstanceRow>(std::move(row)));
  return view;
}

TEST(RenderConnect, AFrontendAndABackendForEach) {
  auto tcp = endpoint("db", "tcp");
  auto view = view_of({endpoint("web", "http"), tcp}, {instance("web", "a", "10.80.0.5"), instance("db", "b", "10.80.0.6")});
  auto text = render_connect(view, connect_servers_of(view), {});
  auto web = connect_name(endpoint("web", "http"));
  auto db = connect_name(tcp);
  EXPECT_TRUE(text.starts_with(cat(
      "frontend ", web,
      "\n  bind 169.254.176.1:15001\n  mode http\n  timeout client 300s\n  timeout http-keep-alive 300s\n  default_backend ", web,
      "\n\nbackend ", web,
      "\n  mode http\n  balance roundrobin\n  timeout server 15s\n  timeout tunnel 300s\n  retries 2\n  option redispatch 1\n"
      "  retry-on conn-failure empty-response\n  http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n"
      "  server s_"
  ))) << text;
  EXPECT_TRUE(text.contains(cat(
      "frontend ", db, "\n  bind 169.254.176.2:15001\n  mode tcp\n  timeout client 3600s\n  default_backend ", db, "\n\nbackend ", db,
      "\n  mode tcp\n  balance roundrobin\n  timeout server 3600s\n  timeout tunnel 3600s\n  retries 2\n  option redispatch 1\n  server s_"
  ))) << text;
}

TEST(RenderConnect, TimeoutsAreTheEndpointsOwn) {
  auto web = endpoint("web", "grpc");
  web.idle_timeout_seconds = 20;
  web.per_request_timeout_seconds = 7;
  auto text = render_connect(view_of({web}, {}), {}, {});
  EXPECT_TRUE(text.contains("timeout client 20s\n")) << text;
  EXPECT_TRUE(text.contains("timeout server 7s\n")) << text;
  web.per_request_timeout_seconds = 0;
  EXPECT_TRUE(render_connect(view_of({web}, {}), {}, {}).contains("timeout server 20s\n")) << "0 is none";
}

TEST(RenderConnect, AnAddressThatCannotBeHadIsLeftOut) {
  auto view = view_of({endpoint("web", "http"), endpoint("db", "tcp")}, {});
  auto text = render_connect(view, {}, {"169.254.176.1"});
  EXPECT_FALSE(text.contains("169.254.176.1:"));
  EXPECT_TRUE(text.contains("169.254.176.2:"));
}

TEST(ConnectServers, HealthyOnesOrAllWhereNoneIs) {
  auto view = view_of({endpoint("web", "http2")}, {instance("web", "a", "10.80.0.5", false), instance("web", "b", "10.80.0.6")});
  auto servers = connect_servers_of(view);
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].address, "10.80.0.6:8080");
  EXPECT_TRUE(servers[0].options.contains("proto h2"));
  view = view_of({endpoint("web", "http")}, {instance("web", "a", "10.80.0.5", false), instance("gone", "b", "10.80.0.6")});
  servers = connect_servers_of(view);
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].address, "10.80.0.5:8080");
  EXPECT_FALSE(servers[0].options.contains("proto h2"));
}

TEST(ConnectServers, ComeAndGoByCommands) {
  auto view = view_of({endpoint("web", "http")}, {instance("web", "a", "10.80.0.5")});
  auto server = connect_servers_of(view)[0];
  auto key = cat(server.backend, "/", server.name);
  auto added = plan_servers({}, {server});
  ASSERT_EQ(added.size(), 2U) << "without probes nothing is said of health";
  EXPECT_EQ(added[0].text, cat("add server ", key, " 10.80.0.5:8080 ", server.options));
  EXPECT_EQ(added[1].text, cat("enable server ", key));
  auto removed = plan_servers({{key, {.status = "no check", .check_status = {}, .check_code = 0, .sessions = 0}}}, {});
  ASSERT_EQ(removed.size(), 2U);
  EXPECT_EQ(removed[0].text, cat("set server ", key, " state maint"));
  EXPECT_EQ(removed[1].text, cat("del server ", key));
}

TEST(ConnectServers, OneThatComesBackIsPutToWorkAgain) {
  auto view = view_of({endpoint("web", "http")}, {instance("web", "a", "10.80.0.5")});
  auto server = connect_servers_of(view)[0];
  auto key = cat(server.backend, "/", server.name);
  auto again = plan_servers({{key, {.status = "DRAIN", .check_status = {}, .check_code = 0, .sessions = 1}}}, {server});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].text, cat("set server ", key, " state ready"));
  EXPECT_TRUE(plan_servers({{key, {.status = "no check", .check_status = {}, .check_code = 0, .sessions = 1}}}, {server}).empty());
}

TEST(ConnectServers, AreNoPartOfTheStructure) {
  ProxySettings settings;
  settings.directory = "/state/proxy";
  auto without = view_of({endpoint("web", "http")}, {});
  auto with = view_of({endpoint("web", "http")}, {instance("web", "a", "10.80.0.5")});
  auto first = render_haproxy(without, settings, connect_servers_of(without));
  auto second = render_haproxy(with, settings, connect_servers_of(with));
  EXPECT_EQ(first.structure, second.structure);
  EXPECT_TRUE(second.config.contains(" 10.80.0.5:8080 weight 1"));
  EXPECT_NE(render_haproxy({}, settings, {}).structure, first.structure);
}

}  // namespace
}  // namespace roadstead
