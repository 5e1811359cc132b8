#include "decide/placement/fleet.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace roadstead {
namespace {

using Kind = Preference::Kind;

NodeRoom room_for(std::int64_t cpu, std::int64_t memory, int tasks = 0) {
  NodeRoom room;
  room.cpu_units = cpu;
  room.memory_mib = memory;
  room.tasks = tasks;
  return room;
}

class FleetTest : public ::testing::Test {
 protected:
  std::optional<std::size_t> choose(const TaskNeeds& needs, const std::vector<Preference>& preferences = {}) {
    return fleet.choose(needs, preferences, [](std::size_t) { return true; }, ids);
  }

  Fleet fleet;
  SeededIds ids{1};
};

TEST(NodeRoom, NamesWhatThereIsTooLittleOf) {
  auto room = room_for(1024, 2048);
  room.tcp_ports = {80};
  room.udp_ports = {53};
  room.free_gpus = {"g0"};
  EXPECT_EQ(room.shortage({.cpu_units = 1024, .memory_mib = 2048, .tcp_ports = {53}, .udp_ports = {80}, .gpus = 1}), "");
  EXPECT_EQ(room.shortage({.cpu_units = 1025, .memory_mib = 9999}), "RESOURCE:CPU");
  EXPECT_EQ(room.shortage({.memory_mib = 2049, .tcp_ports = {80}}), "RESOURCE:MEMORY");
  EXPECT_EQ(room.shortage({.tcp_ports = {80}, .gpus = 2}), "RESOURCE:PORTS");
  EXPECT_EQ(room.shortage({.udp_ports = {53}}), "RESOURCE:PORTS");
  EXPECT_EQ(room.shortage({.gpus = 2}), "RESOURCE:GPU");
}

TEST(NodeRoom, GivesGpusByName) {
  auto room = room_for(0, 0);
  room.free_gpus = {"g0", "g1", "g2"};
  EXPECT_EQ(room.take({.gpus = 2}), (std::vector<std::string>{"g0", "g1"}));
  EXPECT_EQ(room.free_gpus, std::vector<std::string>{"g2"});
  EXPECT_EQ(room.tasks, 1);
}

TEST(NodeRoom, WhoAsksForNothingFitsWhereTooMuchIsPromised) {
  EXPECT_EQ(room_for(-512, -1).shortage({}), "");
  EXPECT_EQ(room_for(-512, -1).shortage({.cpu_units = 1}), "RESOURCE:CPU");
}

TEST_F(FleetTest, TheNodeWithTheFewestTasksIsTaken) {
  fleet.add(room_for(1024, 1024, 3));
  fleet.add(room_for(4096, 512, 1));
  fleet.add(room_for(64, 64, 0));
  EXPECT_EQ(choose({.cpu_units = 128, .memory_mib = 128}), 1);
  EXPECT_EQ(choose({.cpu_units = 128, .memory_mib = 600}), 0);
  EXPECT_EQ(choose({}), 2);
  EXPECT_EQ(choose({.cpu_units = 4097}), std::nullopt);
}

TEST_F(FleetTest, ClosedNodesAreNeverChosen) {
  fleet.add(room_for(1024, 1024), false);
  EXPECT_EQ(choose({}), std::nullopt);
  EXPECT_EQ(choose({}, {{.kind = Kind::random}}), std::nullopt);
  EXPECT_EQ(choose({}, {{.kind = Kind::binpack_cpu}}), std::nullopt);
}

TEST_F(FleetTest, BinpackTakesTheLeastThatStillFits) {
  fleet.add(room_for(2048, 100));
  fleet.add(room_for(512, 4096));
  fleet.add(room_for(256, 8192));
  EXPECT_EQ(choose({.cpu_units = 300}, {{.kind = Kind::binpack_cpu}}), 1);
  EXPECT_EQ(choose({.cpu_units = 256}, {{.kind = Kind::binpack_cpu}}), 2);
  EXPECT_EQ(choose({.memory_mib = 100}, {{.kind = Kind::binpack_memory}}), 0);
  EXPECT_EQ(choose({.memory_mib = 101}, {{.kind = Kind::binpack_memory}}), 1);
}

TEST_F(FleetTest, LaterStrategiesRefineTies) {
  fleet.add(room_for(1024, 4096));
  fleet.add(room_for(1024, 2048));
  fleet.add(room_for(2048, 128));
  EXPECT_EQ(choose({.cpu_units = 1}, {{.kind = Kind::binpack_cpu}, {.kind = Kind::binpack_memory}}), 1);
}

TEST_F(FleetTest, SpreadTakesTheValueWithTheFewestTasks) {
  for (int i = 0; i < 4; ++i) fleet.add(room_for(1024, 1024));
  Spread zones({0, 0, 1, -1}, 2);
  zones.count(0);
  const std::vector<Preference> order{{.kind = Kind::spread, .spread = &zones}};
  EXPECT_EQ(choose({}, order), 2);
  zones.count(2);
  zones.count(2);
  EXPECT_EQ(choose({}, order), 0);
  // Nodes without the attribute come last.
  fleet.take(0, {.cpu_units = 1024});
  fleet.take(1, {.cpu_units = 1024});
  EXPECT_EQ(choose({.cpu_units = 1}, order), 2);
  fleet.take(2, {.cpu_units = 1024});
  EXPECT_EQ(choose({.cpu_units = 1}, order), 3);
}

TEST_F(FleetTest, TasksSpreadEvenlyOverZonesAndInstances) {
  for (int i = 0; i < 6; ++i) fleet.add(room_for(8192, 8192));
  Spread zones({0, 0, 0, 0, 1, 1}, 2);
  Spread nodes({0, 1, 2, 3, 4, 5}, 6);
  for (int task = 0; task < 12; ++task) {
    auto chosen = choose({.cpu_units = 128}, {{.kind = Kind::spread, .spread = &zones}, {.kind = Kind::spread, .spread = &nodes}});
    ASSERT_TRUE(chosen);
    fleet.take(*chosen, {.cpu_units = 128});
    zones.count(*chosen);
    nodes.count(*chosen);
  }
  std::vector<int> tasks;
  for (std::size_t node = 0; node < 6; ++node) tasks.push_back(fleet.room(node).tasks);
  EXPECT_EQ(tasks, (std::vector<int>{2, 2, 1, 1, 3, 3}));
}

TEST_F(FleetTest, RandomFindsTheOnlyNodeThatFitsAndRepeats) {
  for (int i = 0; i < 500; ++i) fleet.add(room_for(i == 321 ? 1024 : 0, 1024));
  EXPECT_EQ(choose({.cpu_units = 1}, {{.kind = Kind::random}}), 321);
  SeededIds once(7);
  SeededIds again(7);
  auto all = [](std::size_t) { return true; };
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(fleet.choose({}, {{.kind = Kind::random}}, all, once), fleet.choose({}, {{.kind = Kind::random}}, all, again));
  }
}

/// The index and a look at every node agree, whatever the fleet looks like.
TEST_F(FleetTest, TheIndexAgreesWithLookingAtAllNodes) {
  SeededIds chance(42);
  auto pick = [&](int below) { return static_cast<std::int32_t>(chance.bits() % static_cast<std::uint64_t>(below)); };
  for (int i = 0; i < 60; ++i) fleet.add(room_for(pick(5000), pick(5000), pick(5)), pick(10) != 0);
  for (int round = 0; round < 2000; ++round) {
    TaskNeeds needs{.cpu_units = pick(600), .memory_mib = pick(600)};
    auto refused = static_cast<std::size_t>(pick(60));
    auto admit = [&](std::size_t node) { return node != refused; };
    std::optional<std::size_t> fewest;
    std::optional<std::size_t> fullest;
    for (std::size_t node = 0; node < fleet.size(); ++node) {
      bool closed = !fleet.choose({}, {}, [&](std::size_t other) { return other == node; }, ids);
      const auto& room = fleet.room(node);
      if (closed || !admit(node) || !room.shortage(needs).empty()) continue;
      if (!fewest || room.tasks < fleet.room(*fewest).tasks) fewest = node;
      if (!fullest || room.cpu_units < fleet.room(*fullest).cpu_units) fullest = node;
    }
    ASSERT_EQ(fleet.choose(needs, {}, admit, ids), fewest) << round;
    ASSERT_EQ(fleet.choose(needs, {{.kind = Kind::binpack_cpu}}, admit, ids), fullest) << round;
    if (fewest) fleet.take(*fewest, needs);
  }
}

}  // namespace
}  // namespace roadstead
