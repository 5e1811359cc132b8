// Moving tasks between Availability Zones, a step at a time.
#include "decide/services/zones/rebalancing.h"

#include <gtest/gtest.h>

#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using Counts = std::map<std::string, int>;

/// A service that runs well, with its tasks where the test says.
class ZoneSituation : public ServiceSituation {
 public:
  ZoneSituation(int desired, std::vector<std::string> zones, int maximum = 200) : ServiceSituation(desired, 100, maximum) {
    settle_first();
    view.zones = std::move(zones);
  }

  void stand_in(const std::vector<std::string>& zones) {
    auto& tasks = view.revisions.front().tasks;
    ASSERT_EQ(tasks.size(), zones.size());
    for (std::size_t i = 0; i < zones.size(); ++i) tasks[i].zone = zones[i];
  }

  void protect_all_in(const std::string& zone) {
    for (auto& task : view.revisions.front().tasks) {
      if (task.zone == zone) edit_task(task, [](TaskRow& row) { row.protection_enabled = true; });
    }
  }

  Counts counts() const {
    Counts counts;
    for (const auto& task : view.primary().tasks) {
      if (!task.gone()) ++counts[task.zone];
    }
    return counts;
  }
};

TEST(Rebalancing, MovesOneTaskAtATimeUntilTheZonesAreEven) {
  ZoneSituation world(5, {"a", "b", "c"});
  world.stand_in({"a", "a", "a", "a", "b"});
  world.most_present = 0;
  world.least_healthy = 1000;
  world.finish();
  EXPECT_EQ(world.counts(), (Counts{{"a", 2}, {"b", 2}, {"c", 1}}));
  EXPECT_EQ(world.most_present, 6);
  EXPECT_EQ(world.least_healthy, 5);
  ASSERT_EQ(world.said.size(), 2U);
  EXPECT_EQ(world.said[0], "is not AZ balanced with 4 tasks in a, 1 tasks in b, and 0 tasks in c. AZ Rebalancing in progress.");
  EXPECT_EQ(world.said[1], "is AZ balanced with 2 tasks in a, 2 tasks in b, and 1 tasks in c.");
  EXPECT_TRUE(world.view.service->steady);
  EXPECT_FALSE(world.view.service->rebalancing);
}

TEST(Rebalancing, LeavesAloneWhatIsAsEvenAsItCanBe) {
  ZoneSituation world(3, {"a", "b"});
  world.stand_in({"a", "b", "a"});
  world.finish();
  EXPECT_EQ(world.started, 3);
  EXPECT_TRUE(world.said.empty());
}

TEST(Rebalancing, NeedsASecondZoneAndRoomForATask) {
  ZoneSituation alone(2, {"a"});
  alone.stand_in({"a", "a"});
  alone.finish();
  EXPECT_EQ(alone.started, 2);
  ZoneSituation full(2, {"a", "b"}, 100);
  full.stand_in({"a", "a"});
  full.finish();
  EXPECT_EQ(full.started, 2);
}

TEST(Rebalancing, ProtectedTasksStayWhereTheyAre) {
  ZoneSituation world(2, {"a", "b"});
  world.stand_in({"a", "a"});
  world.protect_all_in("a");
  world.finish();
  EXPECT_EQ(world.started, 2);
  EXPECT_EQ(world.counts(), (Counts{{"a", 2}}));
}

TEST(Rebalancing, WaitsUntilTheNewTaskIsHealthy) {
  ZoneSituation world(2, {"a", "b"});
  world.stand_in({"a", "a"});
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.counts(), (Counts{{"a", 2}, {"b", 1}}));
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.counts(), (Counts{{"a", 2}, {"b", 1}}));
  world.nodes_act();
  ASSERT_TRUE(world.settle());
  world.nodes_act();
  EXPECT_EQ(world.counts(), (Counts{{"a", 1}, {"b", 1}}));
}

TEST(Rebalancing, ADeploymentStopsIt) {
  ZoneSituation world(2, {"a", "b"});
  world.stand_in({"a", "a"});
  ASSERT_TRUE(world.settle());
  world.deploy("b");
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.said.back(), "stopped AZ Rebalancing.");
  EXPECT_FALSE(world.view.service->rebalancing);
}

TEST(Rebalancing, ServicesThatPlaceByOtherRulesDoNot) {
  ServiceRow service;
  ServiceRevisionRow revision;
  EXPECT_TRUE(can_rebalance(service, revision));
  service.placement_strategy = {{.type = ecs::PlacementStrategyType::binpack, .field = "memory"}};
  EXPECT_FALSE(can_rebalance(service, revision));
  service.placement_strategy = {{.type = ecs::PlacementStrategyType::spread, .field = "attribute:ecs.availability-zone"}};
  EXPECT_TRUE(can_rebalance(service, revision));
  service.placement_constraints = {{.type = ecs::PlacementConstraintType::member_of, .expression = "attribute:ecs.availability-zone == a"}};
  EXPECT_FALSE(can_rebalance(service, revision));
  service.placement_constraints.clear();
  service.deployment_configuration.emplace().maximum_percent = 100;
  EXPECT_FALSE(can_rebalance(service, revision));
  service.deployment_configuration.reset();
  revision.launch_type = "EXTERNAL";
  EXPECT_FALSE(can_rebalance(service, revision));
}

}  // namespace
}  // namespace roadstead
