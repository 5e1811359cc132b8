// DAEMON scheduling, and which tasks go when a service gets smaller on several nodes.
#include <gtest/gtest.h>

#include <set>

#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

/// A DAEMON service on nodes n1, n2, …: tasks start where the plan says.
class DaemonSituation : public ServiceSituation {
 public:
  explicit DaemonSituation(int nodes, int minimum = 0) : ServiceSituation(nodes, minimum, 100) {
    view.daemon.emplace();
    for (int i = 1; i <= nodes; ++i) view.daemon->push_back({cat("n", i), true});
  }

  /// The nodes that the service is on from now on, as service_view_of would say.
  void place_on(const std::vector<std::string>& nodes) {
    view.daemon->clear();
    for (const auto& id : nodes) view.daemon->push_back({id, true});
    edit_service([&](auto& row) { row.desired_count = static_cast<int>(nodes.size()); });
    for (auto& revision : view.revisions) {
      for (auto& task : revision.tasks) {
        task.leaving = task.active() && std::ranges::find(nodes, *task.row->node_id) == nodes.end();
      }
    }
  }

  /// The nodes that have a task that is not stopped, one entry for each.
  std::multiset<std::string> occupied() const {
    std::multiset<std::string> nodes;
    for (const auto& revision : view.revisions) {
      for (const auto& task : revision.tasks) {
        if (!task.gone()) nodes.insert(*task.row->node_id);
      }
    }
    return nodes;
  }
};

using Nodes = std::multiset<std::string>;

TEST(DaemonPlan, EachNodeGetsOneTask) {
  DaemonSituation world(3);
  world.settle_first();
  EXPECT_EQ(world.occupied(), (Nodes{"n1", "n2", "n3"}));
  EXPECT_TRUE(world.view.service->steady);
}

TEST(DaemonPlan, ANodeThatJoinsGetsATaskAndOneThatLeavesLosesIts) {
  DaemonSituation world(2);
  world.settle_first();
  world.place_on({"n1", "n2", "n3"});
  world.finish();
  EXPECT_EQ(world.occupied(), (Nodes{"n1", "n2", "n3"}));
  world.place_on({"n2", "n3"});
  world.finish();
  EXPECT_EQ(world.occupied(), (Nodes{"n2", "n3"}));
  EXPECT_TRUE(world.view.service->steady);
}

TEST(DaemonPlan, ASilentNodeIsNotGivenATask) {
  DaemonSituation world(2);
  world.view.daemon->back().connected = false;
  world.deploy("a");
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.occupied(), Nodes{"n1"});
}

TEST(DaemonPlan, OnADrainedInstanceItIsTheLastToGo) {
  DaemonSituation world(1);
  world.settle_first();
  world.place_on({});
  world.view.revisions[0].tasks[0].waits_for_others = true;
  ASSERT_TRUE(world.settle());
  EXPECT_TRUE(world.view.revisions[0].tasks[0].active());
  EXPECT_EQ(world.wake(), world.now + 30s);
  world.view.revisions[0].tasks[0].waits_for_others = false;
  ASSERT_TRUE(world.settle());
  EXPECT_FALSE(world.view.revisions[0].tasks[0].active());
}

TEST(DaemonPlan, ADeploymentStopsTheOldTaskBeforeTheNewOneComes) {
  DaemonSituation world(4, 50);
  world.settle_first();
  world.least_healthy = 100;
  world.deploy("b");
  for (int round = 0; round < 100 && !world.ended; ++round) {
    ASSERT_TRUE(world.settle());
    auto nodes = world.occupied();
    EXPECT_EQ(nodes.size(), std::set<std::string>(nodes.begin(), nodes.end()).size()) << "no node has two tasks";
    world.nodes_act();
  }
  EXPECT_EQ(world.ended, ecs::ServiceDeploymentStatus::successful);
  EXPECT_EQ(world.least_healthy, 2);
  EXPECT_EQ(world.revision("b").healthy_count(), 4);
}

TEST(DaemonPlan, OneNodeIsReplacedWhateverThePercentage) {
  DaemonSituation world(1, 50);
  world.settle_first();
  world.deploy("b");
  world.finish();
  EXPECT_EQ(world.ended, ecs::ServiceDeploymentStatus::successful);
}

TEST(DaemonPlan, AFailingTaskIsStoppedAndReplacedOnItsNode) {
  DaemonSituation world(2);
  world.settle_first();
  auto& task = world.view.revisions[0].tasks[0];
  auto node = *task.row->node_id;
  task.healthy = false;
  task.failing = true;
  task.failing_reason = "Task failed container health checks";
  ASSERT_TRUE(world.settle());
  EXPECT_FALSE(world.view.revisions[0].tasks[0].active());
  EXPECT_EQ(world.occupied().count(node), 1U);
  world.finish();
  EXPECT_EQ(world.occupied(), (Nodes{"n1", "n2"}));
}

TEST(DaemonPlan, TheBreakerRollsBack) {
  DaemonSituation world(3);
  world.settle_first();
  world.broken["b"] = true;
  world.deploy("b");
  world.finish();
  EXPECT_EQ(world.ended, ecs::ServiceDeploymentStatus::rollback_successful);
  EXPECT_EQ(world.revision("a").healthy_count(), 3);
}

TEST(DrainedInstance, ARevisionWithTrafficOfItsOwnKeepsItsTasksUntilOthersAreUp) {
  ServiceSituation world(1);
  world.settle_first("blue");
  world.edit_service([](auto& row) {
    row.deployment_configuration->strategy = ecs::DeploymentStrategy::canary;
    row.deployment_configuration->canary_configuration = ecs::CanaryConfiguration{.canary_percent = 5, .canary_bake_time_in_minutes = 3};
  });
  world.deploy("b", "green");
  for (int round = 0; round < 50 && world.shifts.back() != 5; ++round) {
    ASSERT_TRUE(world.settle());
    world.nodes_act();
  }
  ASSERT_EQ(world.shifts.back(), 5);
  auto& canary = world.revision("b").tasks.front();
  ASSERT_TRUE(canary.healthy);
  canary.leaving = true;
  ASSERT_TRUE(world.settle());
  EXPECT_TRUE(world.revision("b").tasks.front().active());
  world.nodes_act();
  ASSERT_TRUE(world.settle());
  EXPECT_FALSE(world.revision("b").tasks.front().active());
}

TEST(ScaleIn, KeepsTheSpread) {
  ServiceSituation world(6);
  world.settle_first();
  auto& tasks = world.view.revisions[0].tasks;
  const std::vector<std::vector<std::string>> places{{"a", "1"}, {"a", "1"}, {"a", "2"}, {"a", "2"}, {"a", "2"}, {"b", "3"}};
  for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i].spread = places[i];
  world.edit_service([](auto& row) { row.desired_count = 2; });
  ASSERT_TRUE(world.settle());
  std::multiset<std::string> zones;
  for (const auto& task : tasks) {
    if (task.active()) zones.insert(task.spread[0]);
  }
  EXPECT_EQ(zones, (std::multiset<std::string>{"a", "b"}));
}

TEST(ScaleIn, WithinAZoneTheFullestInstanceLosesATask) {
  ServiceSituation world(3);
  world.settle_first();
  auto& tasks = world.view.revisions[0].tasks;
  tasks[0].spread = {"a", "1"};
  tasks[1].spread = {"a", "2"};
  tasks[2].spread = {"a", "2"};
  world.edit_service([](auto& row) { row.desired_count = 2; });
  ASSERT_TRUE(world.settle());
  EXPECT_TRUE(tasks[0].active());
  EXPECT_FALSE(tasks[1].active());
  EXPECT_TRUE(tasks[2].active());
}

}  // namespace
}  // namespace roadstead
