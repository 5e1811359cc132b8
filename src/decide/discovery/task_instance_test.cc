#include "decide/discovery/task_instance.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/tasks/task_reconcile.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using servicediscovery::RecordType;

const std::string task_arn = "arn:aws:ecs:eu-west-1:123456789012:task/default/0123";
const std::string registry_arn = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1";

DiscoveryServiceRow discovery_service(std::optional<RecordType> record) {
  DiscoveryServiceRow row{.discovery_service_id = "srv-1", .discovery_service_name = "web"};
  row.discovery_service_arn = registry_arn;
  row.namespace_id = "ns-1";
  if (record) row.dns_config.emplace().dns_records = {{.type = *record, .ttl = 10}};
  return row;
}

TaskInstanceView running_view(std::optional<RecordType> record) {
  TaskInstanceView view;
  view.task.task_arn = task_arn;
  view.task.task_id = "0123";
  view.task.node_id = "n1";
  view.task.containers = {{.name = "app"}};
  view.task.network = TaskNetwork{.private_ip = "10.80.0.5"};
  view.network_mode = ecs::NetworkMode::awsvpc;
  view.host_address = "10.80.0.1";
  view.service_name = "shop";
  view.cluster_name = "default";
  view.family = "shop-family";
  view.availability_zone = "eu-west-1a";
  ecs::ServiceRegistry asked;
  asked.registry_arn = registry_arn;
  view.registries = {{.asked = asked, .service = discovery_service(record)}};
  return view;
}

TEST(PlanTaskInstances, AddressAndWhereItBelongs) {
  auto rows = plan_task_instances(running_view(RecordType::a));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].discovery_service_id, "srv-1");
  EXPECT_EQ(rows[0].instance_id, "0123");
  EXPECT_EQ(rows[0].owner, task_arn);
  EXPECT_EQ(rows[0].health_status, "HEALTHY");
  std::map<std::string, std::string> attributes{
      {"AWS_INSTANCE_IPV4", "10.80.0.5"}, {"REGION", "eu-west-1"},         {"AVAILABILITY_ZONE", "eu-west-1a"},
      {"ECS_CLUSTER_NAME", "default"},    {"ECS_SERVICE_NAME", "shop"}, {"ECS_TASK_DEFINITION_FAMILY", "shop-family"},
  };
  EXPECT_EQ(rows[0].attributes, attributes);
}

TEST(PlanTaskInstances, AMachineAndATaskSetAreNamed) {
  auto view = running_view(std::nullopt);
  view.task.container_instance_arn = "arn:instance";
  view.external_id = "blue";
  auto rows = plan_task_instances(view);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].attributes.at("EC2_INSTANCE_ID").starts_with("mi-"));
  EXPECT_EQ(rows[0].attributes.at("ECS_TASK_SET_EXTERNAL_ID"), "blue");
}

TEST(PlanTaskInstances, AServiceRecordNeedsAPort) {
  auto view = running_view(RecordType::srv);
  EXPECT_TRUE(plan_task_instances(view).empty()) << "no port is known";
  view.registries[0].asked.port = 9000;
  EXPECT_EQ(plan_task_instances(view)[0].attributes.at("AWS_INSTANCE_PORT"), "9000");
  view.registries[0].asked.port.reset();
  view.registries[0].asked.container_name = "app";
  view.registries[0].asked.container_port = 80;
  EXPECT_EQ(plan_task_instances(view)[0].attributes.at("AWS_INSTANCE_PORT"), "80");
}

TEST(PlanTaskInstances, OnTheMachinesPorts) {
  auto view = running_view(RecordType::srv);
  view.task.network.reset();
  view.network_mode = ecs::NetworkMode::bridge;
  view.registries[0].asked.container_name = "app";
  view.registries[0].asked.container_port = 80;
  EXPECT_TRUE(plan_task_instances(view).empty()) << "its host port is not known yet";
  ecs::NetworkBinding binding;
  binding.container_port = 80;
  binding.host_port = 49160;
  view.task.containers[0].network_bindings = {binding};
  auto attributes = plan_task_instances(view)[0].attributes;
  EXPECT_EQ(attributes.at("AWS_INSTANCE_IPV4"), "10.80.0.1");
  EXPECT_EQ(attributes.at("AWS_INSTANCE_PORT"), "49160");
  view.network_mode = ecs::NetworkMode::host;
  EXPECT_EQ(plan_task_instances(view)[0].attributes.at("AWS_INSTANCE_PORT"), "80");
  view.host_address.reset();
  EXPECT_TRUE(plan_task_instances(view).empty()) << "a machine that is no node";
}

TEST(PlanTaskInstances, HealthFollowsTheContainers) {
  auto view = running_view(RecordType::a);
  view.task.containers[0].has_health_check = true;
  view.task.health_status = ecs::HealthStatus::unhealthy;
  EXPECT_EQ(plan_task_instances(view)[0].health_status, "HEALTHY") << "the registry has no custom health check";
  view.registries[0].service.health_check_custom_config.emplace();
  EXPECT_EQ(plan_task_instances(view)[0].health_status, "UNHEALTHY");
  view.task.health_status = ecs::HealthStatus::unknown;
  EXPECT_EQ(plan_task_instances(view)[0].health_status, "UNHEALTHY") << "no check has passed yet";
  view.task.health_status = ecs::HealthStatus::healthy;
  EXPECT_EQ(plan_task_instances(view)[0].health_status, "HEALTHY");
  view.task.containers[0].has_health_check = false;
  view.task.health_status = ecs::HealthStatus::unknown;
  EXPECT_EQ(plan_task_instances(view)[0].health_status, "HEALTHY") << "nobody checks";
}

class KeepTaskInstances : public testing::Test {
 protected:
  KeepTaskInstances() {
    change([](Tx& tx) {
      tx.put(discovery_service(RecordType::a));
      ServiceRow service{.service_arn = "arn:s", .service_name = "shop", .cluster_arn = "arn:c", .status = "ACTIVE"};
      tx.put(service);
      TaskDefinitionRow definition{.task_definition_arn = "arn:d", .family = "f"};
      definition.definition.network_mode = ecs::NetworkMode::awsvpc;
      tx.put(definition);
      ServiceRevisionRow revision{.service_revision_arn = "arn:r", .service_arn = "arn:s"};
      ecs::ServiceRegistry registry;
      registry.registry_arn = registry_arn;
      revision.service_registries = {registry};
      tx.put(revision);
      TaskRow task{.task_arn = task_arn, .task_id = "0123", .cluster_arn = "arn:c", .task_definition_arn = "arn:d"};
      task.service_arn = "arn:s";
      task.revision_arn = "arn:r";
      task.desired_status = DesiredStatus::running;
      task.last_status = TaskStatus::pending;
      task.network = TaskNetwork{.private_ip = "10.80.0.5"};
      tx.put(task);
    });
  }

  template <class F>
  void change(F&& work) {
    Work whole = [&](Tx& tx) -> Status {
      work(tx);
      if (auto task = tx.find<TaskRow>(task_arn)) TRY(reconcile_task(tx, task->task_arn));
      return Done{};
    };
    ASSERT_TRUE(database_.run(whole, Instant::from_seconds(1000), ids_).status);
  }

  void set_status(TaskStatus last, DesiredStatus desired) {
    change([&](Tx& tx) {
      tx.update<TaskRow>(task_arn, [&](TaskRow& row) {
        row.last_status = last;
        row.desired_status = desired;
      });
    });
  }

  std::size_t count() { return database_.reader().count(DiscoveryInstanceRowIndex::by_service, "srv-1"); }
  std::int64_t revision() { return database_.reader().find<DiscoveryServiceRow>("srv-1")->instances_revision; }

  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(KeepTaskInstances, ComesWhenItRunsAndGoesBeforeItIsReleased) {
  EXPECT_EQ(count(), 0U);
  set_status(TaskStatus::running, DesiredStatus::running);
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(revision(), 1);
  set_status(TaskStatus::running, DesiredStatus::running);
  EXPECT_EQ(revision(), 1) << "nothing new, nothing counted";
  set_status(TaskStatus::running, DesiredStatus::stopped);
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(revision(), 2);
  EXPECT_TRUE(database_.reader().find<TaskRow>(task_arn)->released_to_stop);
}

TEST_F(KeepTaskInstances, ATaskThatEndedByItselfGoesToo) {
  set_status(TaskStatus::activating, DesiredStatus::running);
  EXPECT_EQ(count(), 1U);
  set_status(TaskStatus::stopped, DesiredStatus::running);
  EXPECT_EQ(count(), 0U);
}

TEST_F(KeepTaskInstances, UsersInstancesStay) {
  change([](Tx& tx) {
    put_discovery_instance(tx, {.discovery_service_id = "srv-1", .instance_id = "mine", .health_status = "HEALTHY"});
  });
  set_status(TaskStatus::running, DesiredStatus::running);
  EXPECT_EQ(count(), 2U);
  set_status(TaskStatus::stopped, DesiredStatus::stopped);
  EXPECT_EQ(count(), 1U);
}

TEST_F(KeepTaskInstances, ARegistryThatIsGoneIsNoObstacle) {
  change([](Tx& tx) { tx.erase<DiscoveryServiceRow>("srv-1"); });
  set_status(TaskStatus::running, DesiredStatus::running);
  EXPECT_EQ(count(), 0U);
}

}  // namespace
}  // namespace roadstead
