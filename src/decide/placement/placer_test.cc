#include "decide/placement/placer.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/placement/node_room.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

const std::string cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/default";

/// A cluster of nodes n0, n1, …; every other one is in zone b.
class PlacerTest : public ::testing::Test {
 protected:
  void add_nodes(int count, std::int32_t cpu = 1024, std::int32_t memory = 1024) {
    change([&](Tx& tx) -> Status {
      for (int i = 0; i < count; ++i) {
        NodeRow node{.node_id = cat("n", i), .host_name = cat("n", i), .cpu_architecture = "X86_64", .cpu_units = cpu, .memory_mib = memory};
        node.availability_zone = i % 2 == 0 ? "a" : "b";
        node.last_seen_at = now_;
        node.gpu_ids = {"g0"};
        tx.put(std::move(node));
      }
      return Done{};
    });
  }

  void change(Work work) {
    auto outcome = database_.run(work, now_, ids_);
    ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  }

  /// Stores a task as create_task does; where it went, or the reason.
  std::string place(Tx& tx, Placer& placer, const TaskDemand& demand) {
    auto chosen = placer.choose(demand);
    if (!chosen) return chosen.error().code;
    TaskRow row{.task_arn = cat("t", ++made_), .task_id = cat("t", made_), .cluster_arn = cluster, .node_id = chosen.value().node->node_id};
    row.group = demand.group;
    row.desired_status = DesiredStatus::running;
    auto gpus = placer.take(chosen.value(), demand);
    if (!demand.fargate) {
      row.container_instance_arn = chosen.value().instance_arn;
      row.reservation = reservation_of(demand.needs, std::move(gpus));
    }
    tx.put(std::move(row));
    return chosen.value().node->node_id;
  }

  /// Places tasks one after the other in one transaction.
  std::vector<std::string> places(const TaskDemand& demand, int count) {
    std::vector<std::string> out;
    change([&](Tx& tx) -> Status {
      Placer placer(tx, cluster);
      for (int i = 0; i < count; ++i) out.push_back(place(tx, placer, demand));
      return Done{};
    });
    return out;
  }

  static ecs::PlacementStrategy strategy(ecs::PlacementStrategyType type, std::string field = {}) {
    ecs::PlacementStrategy out;
    out.type = type;
    if (!field.empty()) out.field = std::move(field);
    return out;
  }

  using Places = std::vector<std::string>;
  Database database_{stored_schema()};
  SeededIds ids_{3};
  Instant now_ = Instant::from_seconds(1000);
  int made_ = 0;
};

TEST_F(PlacerTest, TasksOfEarlierTransactionsReserve) {
  add_nodes(1);
  EXPECT_EQ(places({.needs = {.cpu_units = 512, .memory_mib = 100}}, 1), Places{"n0"});
  EXPECT_EQ(places({.needs = {.cpu_units = 512, .memory_mib = 100}}, 2), (Places{"n0", "RESOURCE:CPU"}));
  EXPECT_EQ(places({.needs = {.memory_mib = 825}}, 1), Places{"RESOURCE:MEMORY"});
  EXPECT_EQ(places({.needs = {.memory_mib = 824}}, 1), Places{"n0"});
}

TEST_F(PlacerTest, PortsAndGpusAreGivenOnce) {
  add_nodes(2);
  EXPECT_EQ(places({.needs = {.tcp_ports = {80}}}, 3), (Places{"n0", "n1", "RESOURCE:PORTS"}));
  EXPECT_EQ(places({.needs = {.udp_ports = {80}}}, 1), Places{"n0"});
  EXPECT_EQ(places({.needs = {.tcp_ports = {22}}}, 1), Places{"RESOURCE:PORTS"});
  EXPECT_EQ(places({.needs = {.gpus = 1}}, 3), (Places{"n1", "n0", "RESOURCE:GPU"}));
}

TEST_F(PlacerTest, AStoppedTaskGivesBackWhatItTook) {
  add_nodes(1);
  EXPECT_EQ(places({.needs = {.cpu_units = 1024, .tcp_ports = {80}, .gpus = 1}}, 1), Places{"n0"});
  change([](Tx& tx) -> Status {
    tx.update<TaskRow>("t1", [](TaskRow& row) { row.last_status = TaskStatus::stopped; });
    return Done{};
  });
  EXPECT_EQ(places({.needs = {.cpu_units = 1024, .tcp_ports = {80}, .gpus = 1}}, 1), Places{"n0"});
}

TEST_F(PlacerTest, PortsThatTheKernelChoseAreTakenAlsoAsARange) {
  add_nodes(1);
  EXPECT_EQ(places({}, 1), Places{"n0"});
  change([](Tx& tx) -> Status {
    tx.update<TaskRow>("t1", [](TaskRow& row) {
      ecs::NetworkBinding range;
      range.host_port_range = "49153-49155";
      range.protocol = ecs::TransportProtocol::tcp;
      ecs::NetworkBinding one;
      one.host_port = 49160;
      row.containers = {{.name = "app", .network_bindings = {range, one}}};
    });
    return Done{};
  });
  EXPECT_EQ(places({.needs = {.tcp_ports = {49155}}}, 1), Places{"RESOURCE:PORTS"});
  EXPECT_EQ(places({.needs = {.tcp_ports = {49160}}}, 1), Places{"RESOURCE:PORTS"});
  EXPECT_EQ(places({.needs = {.tcp_ports = {49156}}}, 1), Places{"n0"});
}

TEST_F(PlacerTest, FargateTakesNothingAndIsRefusedOnlyWhatTheMachineNeverHad) {
  add_nodes(1);
  EXPECT_EQ(places({.needs = {.cpu_units = 4096, .memory_mib = 1024}, .fargate = true}, 3), (Places{"n0", "n0", "n0"}));
  EXPECT_EQ(places({.needs = {.memory_mib = 1025}, .fargate = true}, 1), Places{"RESOURCE:MEMORY"});
  EXPECT_EQ(places({.needs = {.cpu_units = 1024, .memory_mib = 1024}}, 1), Places{"n0"});
}

TEST_F(PlacerTest, StoppedTasksMakeNoMachineLookFuller) {
  add_nodes(2);
  auto demand = TaskDemand{.fargate = true, .strategies = {strategy(ecs::PlacementStrategyType::spread, "attribute:none")}};
  EXPECT_EQ(places(demand, 1), Places{"n0"});
  change([](Tx& tx) -> Status {
    tx.update<TaskRow>("t1", [](TaskRow& row) { row.last_status = TaskStatus::stopped; });
    return Done{};
  });
  EXPECT_EQ(places(demand, 1), Places{"n0"});
}

TEST_F(PlacerTest, EachInstanceSaysWhatItLacks) {
  add_nodes(3);
  change([&](Tx& tx) -> Status {
    tx.update<NodeRow>("n1", [](NodeRow& row) { row.cpu_architecture = "ARM64"; });
    tx.update<NodeRow>("n2", [](NodeRow& row) { row.last_seen_at = Instant::from_seconds(900); });
    Placer placer(tx, cluster);
    auto chosen = placer.choose({.cpu_architecture = "X86_64", .needs = {.cpu_units = 2048}});
    EXPECT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, "RESOURCE:CPU");
    std::vector<std::string> reasons;
    for (const auto& refusal : placer.refusals()) reasons.push_back(refusal.reason);
    EXPECT_EQ(reasons, (Places{"RESOURCE:CPU", "ATTRIBUTE", "AGENT"}));
    EXPECT_EQ(placer.refusals().front().instance_arn, instance_arn_of(cluster, "n0"));
    return Done{};
  });
}

TEST_F(PlacerTest, EmulationIsForWantOfAMachineOfTheRightKind) {
  add_nodes(2);
  change([](Tx& tx) -> Status {
    tx.update<NodeRow>("n0", [](NodeRow& row) { row.emulated_architectures = {"ARM64"}; });
    return Done{};
  });
  EXPECT_EQ(places({.cpu_architecture = "ARM64"}, 3), (Places{"n0", "n0", "n0"}));
  change([](Tx& tx) -> Status {
    tx.update<NodeRow>("n1", [](NodeRow& row) { row.cpu_architecture = "ARM64"; });
    return Done{};
  });
  EXPECT_EQ(places({.cpu_architecture = "ARM64", .needs = {.cpu_units = 512}}, 3), (Places{"n1", "n1", "n0"}));
  EXPECT_EQ(places({.cpu_architecture = "X86_64"}, 1), Places{"n0"});
}

TEST_F(PlacerTest, AClusterWithoutInstancesIsAnError) {
  change([&](Tx& tx) -> Status {
    Placer placer(tx, cluster);
    auto chosen = placer.choose({});
    EXPECT_EQ(chosen.error().message, "No Container Instances were found in your cluster.");
    auto fargate = placer.choose({.fargate = true});
    EXPECT_EQ(fargate.error().code, "RESOURCE:FARGATE");
    return Done{};
  });
}

TEST_F(PlacerTest, StrategiesAreObeyedInTheirOrder) {
  using Type = ecs::PlacementStrategyType;
  add_nodes(4);
  EXPECT_EQ(places({.group = "one", .needs = {.cpu_units = 256}, .strategies = {strategy(Type::binpack, "CPU")}}, 5),
            (Places{"n0", "n0", "n0", "n0", "n1"}));
  EXPECT_EQ(places({.group = "two", .strategies = {strategy(Type::spread, "instanceId")}}, 4), (Places{"n2", "n3", "n1", "n0"}));
  EXPECT_EQ(places({.group = "three", .strategies = {strategy(Type::spread, "attribute:ecs.availability-zone"), strategy(Type::binpack, "cpu")}}, 4),
            (Places{"n0", "n1", "n0", "n1"}));
}

TEST_F(PlacerTest, WithoutStrategiesZonesAreEven) {
  add_nodes(3);
  EXPECT_EQ(places({.group = "g"}, 4), (Places{"n0", "n1", "n2", "n1"}));
}

TEST_F(PlacerTest, SpreadCountsOwnAttributesAndTasksOfTheGroupOnly) {
  add_nodes(3);
  change([&](Tx& tx) -> Status {
    for (const auto* id : {"n1", "n2"}) {
      ContainerInstanceRow row{.container_instance_arn = instance_arn_of(cluster, id), .cluster_arn = cluster, .node_id = id, .status = "ACTIVE"};
      ecs::Attribute rack;
      rack.name = "rack";
      rack.value = id;
      row.attributes.push_back(rack);
      tx.put(std::move(row));
    }
    return Done{};
  });
  auto racks = strategy(ecs::PlacementStrategyType::spread, "attribute:rack");
  EXPECT_EQ(places({.group = "other", .strategies = {racks}}, 1), Places{"n1"});
  EXPECT_EQ(places({.group = "g", .strategies = {racks}}, 2), (Places{"n2", "n1"}));
}

TEST_F(PlacerTest, OneNodeCanBeNamed) {
  add_nodes(3);
  EXPECT_EQ(places({.node_id = "n2"}, 1), Places{"n2"});
  EXPECT_EQ(places({.needs = {.cpu_units = 4096}, .node_id = "n2"}, 1), Places{"RESOURCE:CPU"});
}

TEST(TaskNeeds, AreTheTasksOwnOrTheSumOfItsContainers) {
  ecs::TaskDefinition definition;
  ecs::ContainerDefinition one;
  one.name = "one";
  one.cpu = 100;
  one.memory = 300;
  one.memory_reservation = 200;
  ecs::PortMapping web;
  web.container_port = 80;
  web.host_port = 8080;
  ecs::PortMapping any;
  any.container_port = 81;
  any.host_port = 0;
  one.port_mappings = {{web, any}};
  ecs::ContainerDefinition two;
  two.name = "two";
  two.memory = 50;
  ecs::ResourceRequirement gpu;
  gpu.type = ecs::ResourceType::gpu;
  gpu.value = "2";
  two.resource_requirements = {{gpu}};
  definition.container_definitions = {{one, two}};
  auto needs = needs_of(definition, std::nullopt);
  EXPECT_EQ(needs.cpu_units, 100);
  EXPECT_EQ(needs.memory_mib, 250);
  EXPECT_EQ(needs.tcp_ports, std::vector<std::int32_t>{8080});
  EXPECT_EQ(needs.gpus, 2);

  ecs::TaskOverride overrides;
  ecs::ContainerOverride more;
  more.name = "two";
  more.cpu = 7;
  overrides.container_overrides = {{more}};
  EXPECT_EQ(needs_of(definition, overrides).cpu_units, 107);
  overrides.memory = "999";
  EXPECT_EQ(needs_of(definition, overrides).memory_mib, 999);

  definition.cpu = "256";
  definition.network_mode = ecs::NetworkMode::awsvpc;
  EXPECT_EQ(needs_of(definition, std::nullopt).cpu_units, 256);
  EXPECT_TRUE(needs_of(definition, std::nullopt).tcp_ports.empty());
}

TEST(GpuShares, FollowTheOrderOfTheDefinition) {
  auto asks = [](const char* count) {
    ecs::ResourceRequirement gpu;
    gpu.type = ecs::ResourceType::gpu;
    gpu.value = count;
    return std::vector{gpu};
  };
  ecs::TaskDefinition definition;
  std::vector<ecs::ContainerDefinition> containers(3);
  containers[0].name = "first";
  containers[0].resource_requirements = asks("2");
  containers[1].name = "none";
  containers[2].name = "last";
  containers[2].resource_requirements = asks("1");
  definition.container_definitions = containers;
  using Ids = std::vector<std::string>;
  TaskRow task;
  EXPECT_EQ(share_of_gpus(task, definition, "first"), Ids{}) << "nothing is reserved";
  task.reservation = reservation_of(needs_of(definition, std::nullopt), {"g0", "g1", "g2"});
  EXPECT_EQ(share_of_gpus(task, definition, "first"), (Ids{"g0", "g1"}));
  EXPECT_EQ(share_of_gpus(task, definition, "none"), Ids{});
  EXPECT_EQ(share_of_gpus(task, definition, "last"), Ids{"g2"});
  EXPECT_EQ(share_of_gpus(task, definition, "other"), Ids{});

  ecs::ContainerOverride fewer;
  fewer.name = "first";
  fewer.resource_requirements = asks("1");
  ecs::TaskOverride overrides;
  overrides.container_overrides = {{fewer}};
  task.overrides = overrides;
  EXPECT_EQ(needs_of(definition, overrides).gpus, 2);
  EXPECT_EQ(share_of_gpus(task, definition, "last"), Ids{"g1"});
  task.reservation->gpu_ids = {"g0"};
  EXPECT_EQ(share_of_gpus(task, definition, "last"), Ids{}) << "there is no more than was reserved";
}

}  // namespace
}  // namespace roadstead
