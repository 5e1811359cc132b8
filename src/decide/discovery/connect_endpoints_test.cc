#include "decide/discovery/connect_endpoints.h"

#include <gtest/gtest.h>

#include "decide/discovery/discovery_rows.h"
#include "decide/discovery/task_instance.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

const std::string space_arn = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1";
const std::string service_arn = "arn:aws:ecs:eu-west-1:123456789012:service/default/shop";
const std::string task_arn = "arn:aws:ecs:eu-west-1:123456789012:task/default/0123";

ecs::TaskDefinition definition_with(std::vector<ecs::PortMapping> ports) {
  ecs::TaskDefinition definition;
  definition.network_mode = ecs::NetworkMode::awsvpc;
  definition.container_definitions.emplace().emplace_back();
  definition.container_definitions->front().name = "app";
  definition.container_definitions->front().port_mappings = std::move(ports);
  return definition;
}

ecs::PortMapping port(const std::string& name, int number, std::optional<ecs::ApplicationProtocol> protocol = {}) {
  ecs::PortMapping mapping;
  mapping.name = name;
  mapping.container_port = number;
  mapping.app_protocol = protocol;
  return mapping;
}

ecs::ServiceConnectService offered(const std::string& port_name) {
  ecs::ServiceConnectService service;
  service.port_name = port_name;
  return service;
}

ecs::ServiceConnectService offered(const std::string& port_name, int alias_port, std::optional<std::string> dns_name) {
  auto service = offered(port_name);
  auto& alias = service.client_aliases.emplace().emplace_back();
  alias.port = alias_port;
  alias.dns_name = std::move(dns_name);
  return service;
}

ServiceRevisionRow revision_with(std::vector<ecs::ServiceConnectService> services) {
  ServiceRevisionRow revision;
  revision.service_revision_arn = "arn:r";
  revision.service_arn = service_arn;
  revision.task_definition_arn = "arn:d";
  auto& configuration = revision.service_connect_configuration.emplace();
  configuration.enabled = true;
  configuration.namespace_ = space_arn;
  configuration.services = std::move(services);
  return revision;
}

TEST(PlanConnectEndpoints, ThePortsNameAndNumberAreTheDefaults) {
  auto rows = plan_connect_endpoints(
      revision_with({offered("web")}), definition_with({port("web", 8080, ecs::ApplicationProtocol::http)}), "corp"
  );
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].namespace_id, "ns-1");
  EXPECT_EQ(rows[0].discovery_name, "web");
  EXPECT_EQ(rows[0].target_port, 8080);
  EXPECT_EQ(rows[0].port, 8080);
  EXPECT_EQ(rows[0].protocol, "http");
  EXPECT_EQ(rows[0].dns_names, std::vector<std::string>{"web.corp"});
}

TEST(PlanConnectEndpoints, AnAliasHasAPortAndAName) {
  auto service = offered("db", 5432, "database");
  service.discovery_name = "main";
  service.timeout.emplace().idle_timeout_seconds = 30;
  auto rows = plan_connect_endpoints(revision_with({service}), definition_with({port("db", 15432)}), "corp");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].discovery_name, "main");
  EXPECT_EQ(rows[0].target_port, 15432);
  EXPECT_EQ(rows[0].port, 5432);
  EXPECT_EQ(rows[0].protocol, "tcp");
  EXPECT_EQ(rows[0].dns_names, (std::vector<std::string>{"database", "database.corp"}));
  EXPECT_EQ(rows[0].idle_timeout_seconds, 30);
  EXPECT_EQ(connect_dns_names(offered("db", 1, "database.corp"), "corp"), std::vector<std::string>{"database.corp"});
  EXPECT_EQ(connect_dns_names(offered("db", 1, std::nullopt), "corp"), std::vector<std::string>{"db.corp"});
}

TEST(PlanConnectEndpoints, NoneWithoutServiceConnectOrThePort) {
  auto definition = definition_with({port("web", 80)});
  EXPECT_TRUE(plan_connect_endpoints(revision_with({offered("other")}), definition, "corp").empty());
  auto revision = revision_with({offered("web")});
  revision.service_connect_configuration->enabled = false;
  EXPECT_TRUE(plan_connect_endpoints(revision, definition, "corp").empty());
  EXPECT_EQ(connect_namespace_id(revision), std::nullopt);
}

class KeepConnectEndpoints : public testing::Test {
 protected:
  KeepConnectEndpoints() {
    change([](Tx& tx) {
      tx.put(NamespaceRow{.namespace_id = "ns-1", .namespace_name = "corp", .namespace_arn = space_arn, .type = "HTTP"});
      TaskDefinitionRow definition{.task_definition_arn = "arn:d", .family = "f"};
      definition.definition = definition_with({port("web", 80), port("admin", 81)});
      tx.put(definition);
      tx.put(revision_with({offered("web"), offered("admin")}));
      ServiceRow service{.service_arn = service_arn, .service_name = "shop", .cluster_arn = "arn:c", .status = "ACTIVE"};
      service.primary_revision_arn = "arn:r";
      tx.put(service);
    });
  }

  template <class F>
  void change(F&& work) {
    Work whole = [&](Tx& tx) -> Status {
      work(tx);
      keep_connect_endpoints(tx, service_arn);
      if (auto task = tx.find<TaskRow>(task_arn)) keep_task_instances(tx, *task);
      return Done{};
    };
    ASSERT_TRUE(database_.run(whole, Instant::from_seconds(1000), ids_).status);
  }

  std::shared_ptr<const ConnectEndpointRow> endpoint(const std::string& name) {
    return find_connect_endpoint(database_.reader(), "ns-1", name);
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(KeepConnectEndpoints, EachHasAnAddressOfItsOwnAndAServiceOfCloudMap) {
  auto web = endpoint("web");
  auto admin = endpoint("admin");
  ASSERT_TRUE(web && admin);
  EXPECT_NE(web->address, admin->address);
  EXPECT_TRUE(web->address.starts_with("169.254."));
  auto service = database_.reader().find<DiscoveryServiceRow>(web->discovery_service_id);
  ASSERT_TRUE(service);
  EXPECT_EQ(service->discovery_service_name, "web");
  EXPECT_EQ(service->type, "HTTP");
  EXPECT_EQ(service->discovery_service_arn, "arn:aws:servicediscovery:eu-west-1:123456789012:service/" + web->discovery_service_id);
}

TEST_F(KeepConnectEndpoints, WhatTheRevisionLeavesOutGoesAndTheRestStays) {
  auto before = endpoint("web");
  auto admin = endpoint("admin");
  change([](Tx& tx) { tx.put(revision_with({offered("web", 8000, "shop")})); });
  EXPECT_FALSE(endpoint("admin"));
  EXPECT_FALSE(database_.reader().contains<DiscoveryServiceRow>(admin->discovery_service_id));
  EXPECT_EQ(endpoint("web")->port, 8000);
  EXPECT_EQ(endpoint("web")->address, before->address);
  EXPECT_EQ(endpoint("web")->discovery_service_id, before->discovery_service_id);
}

TEST_F(KeepConnectEndpoints, TheSameNameGetsTheSameAddressAgain) {
  auto before = endpoint("web");
  change([](Tx& tx) { tx.update<ServiceRow>(service_arn, [](ServiceRow& row) { row.status = "DRAINING"; }); });
  EXPECT_FALSE(endpoint("web"));
  EXPECT_EQ(database_.reader().count<DiscoveryServiceRow>(), 0U);
  change([](Tx& tx) { tx.update<ServiceRow>(service_arn, [](ServiceRow& row) { row.status = "ACTIVE"; }); });
  EXPECT_EQ(endpoint("web")->address, before->address);
}

TEST_F(KeepConnectEndpoints, AnAddressThatIsTakenIsPassedOver) {
  auto before = endpoint("web");
  change([&](Tx& tx) {
    auto other = *before;
    tx.erase<ConnectEndpointRow>(RowTraits<ConnectEndpointRow>::key(other));
    other.discovery_name = "someone";
    other.service_arn = "arn:other";
    tx.put(other);
  });
  ASSERT_TRUE(endpoint("web"));
  EXPECT_NE(endpoint("web")->address, before->address);
}

TEST_F(KeepConnectEndpoints, AnothersNameIsLeftAlone) {
  change([](Tx& tx) {
    tx.update<ConnectEndpointRow>(RowTraits<ConnectEndpointRow>::key({.namespace_id = "ns-1", .discovery_name = "web"}),
                                  [](ConnectEndpointRow& row) { row.service_arn = "arn:other"; });
  });
  EXPECT_EQ(endpoint("web")->service_arn, "arn:other");
}

TEST_F(KeepConnectEndpoints, RunningTasksAreTheInstances) {
  auto put_task = [](Tx& tx, TaskStatus status) {
    TaskRow task{.task_arn = task_arn, .task_id = "0123", .cluster_arn = "arn:c", .task_definition_arn = "arn:d"};
    task.service_arn = service_arn;
    task.revision_arn = "arn:r";
    task.desired_status = DesiredStatus::running;
    task.last_status = status;
    task.network = TaskNetwork{.private_ip = "10.80.0.5"};
    tx.put(task);
  };
  change([&](Tx& tx) { put_task(tx, TaskStatus::pending); });
  EXPECT_EQ(database_.reader().count<DiscoveryInstanceRow>(), 0U);
  change([&](Tx& tx) { put_task(tx, TaskStatus::running); });
  auto found = database_.reader().list(DiscoveryInstanceRowIndex::by_service, endpoint("admin")->discovery_service_id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]->attributes.at("AWS_INSTANCE_IPV4"), "10.80.0.5");
  EXPECT_EQ(found[0]->attributes.at("AWS_INSTANCE_PORT"), "81");
  EXPECT_EQ(found[0]->owner, task_arn);
  change([&](Tx& tx) { tx.put(revision_with({offered("web")})); });
  EXPECT_EQ(database_.reader().count<DiscoveryInstanceRow>(), 1U);
}

}  // namespace
}  // namespace roadstead
