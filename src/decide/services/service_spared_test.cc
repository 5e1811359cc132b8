// Tasks that the planner spares or moves: protected ones, those on drained instances, those of task sets.
#include "decide/services/service_situation.h"
#include "decide/services/task_set_plan.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

template <class Action>
std::vector<Action> actions_of(const std::vector<ServiceAction>& actions) {
  std::vector<Action> found;
  for (const auto& action : actions) {
    if (const auto* one = std::get_if<Action>(&action)) found.push_back(*one);
  }
  return found;
}

void protect(ServiceTask& task, Instant until) {
  ServiceSituation::edit_task(task, [&](auto& row) {
    row.protection_enabled = true;
    row.protection_expires_at = until;
  });
}

TEST(ProtectedTask, ScaleInWaitsForItAndLooksAgainWhenItEnds) {
  ServiceSituation world(1);
  world.settle_first();
  auto until = world.now + 30min;
  protect(world.view.revisions[0].tasks[0], until);
  world.edit_service([](auto& row) { row.desired_count = 0; });
  auto actions = world.plan();
  EXPECT_TRUE(actions_of<StopTasks>(actions).empty());
  ASSERT_EQ(actions_of<SayBlockedByProtection>(actions).size(), 1U);
  EXPECT_EQ(actions_of<SayBlockedByProtection>(actions)[0].deployment_id, "ecs-svc/a");
  EXPECT_EQ(world.wake(), until);
  world.finish(1h);
  EXPECT_EQ(world.view.primary().present_count(), 0);
}

TEST(ProtectedTask, KeepsARollingDeploymentOpenUntilItEnds) {
  ServiceSituation world(2);
  world.settle_first();
  protect(world.view.revisions[0].tasks[0], world.now + 30min);
  world.deploy("b");
  world.finish(20min);
  EXPECT_FALSE(world.ended);
  EXPECT_EQ(world.revision("a").healthy_count(), 1);
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
  EXPECT_GT(world.blocked_said, 0);
  world.finish(20min);
  EXPECT_EQ(world.ended, ecs::ServiceDeploymentStatus::successful);
  EXPECT_EQ(world.revision("b").healthy_count(), 2);
}

TEST(ProtectedTask, GoesWithADeletedService) {
  ServiceSituation world(1);
  world.settle_first();
  protect(world.view.revisions[0].tasks[0], world.now + 30min);
  world.edit_service([](auto& row) { row.status = "DRAINING"; });
  EXPECT_EQ(actions_of<StopTasks>(world.plan()).size(), 1U);
}

TEST(LeavingTask, IsReplacedBeforeItGoesWhenAllMustStayHealthy) {
  ServiceSituation world(2);
  world.settle_first();
  world.view.revisions[0].tasks[0].leaving = true;
  auto actions = world.plan();
  ASSERT_EQ(actions_of<StartTasks>(actions).size(), 1U);
  EXPECT_EQ(actions_of<StartTasks>(actions)[0].count, 1);
  EXPECT_TRUE(actions_of<StopTasks>(actions).empty());
  world.least_healthy = 2;
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
  EXPECT_GE(world.least_healthy, 2);
  EXPECT_TRUE(world.view.service->steady);
}

TEST(LeavingTask, GoesAtOnceWhileItDoesNotRun) {
  ServiceSituation world(1);
  world.deploy("a");
  world.settle();
  world.view.revisions[0].tasks[0].leaving = true;
  auto stops = actions_of<StopTasks>(world.plan());
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].reason, "The container instance of the task is draining.");
}

TEST(LeavingTask, WaitsWhereThereIsNoRoomForAnother) {
  ServiceSituation world(1, 100, 150);
  world.settle_first();
  world.view.revisions[0].tasks[0].leaving = true;
  auto actions = world.plan();
  EXPECT_TRUE(actions_of<StartTasks>(actions).empty());
  EXPECT_TRUE(actions_of<StopTasks>(actions).empty());
  EXPECT_FALSE(actions_of<SetSteady>(actions).empty());
}

TEST(LeavingTask, AndTheTasksOfTheOldRevisionGoOnlyAsFarAsOthersAreHealthy) {
  ServiceSituation world(4, 100, 150);
  world.settle_first();
  world.deploy("b");
  for (int round = 0; round < 20 && world.revision("b").healthy_count() < 2; ++round) {
    for (const auto& action : world.plan()) world.apply(action);
    world.nodes_act();
  }
  ASSERT_EQ(world.revision("b").healthy_count(), 2);
  ASSERT_EQ(world.revision("a").healthy_count(), 4);
  world.view.revisions[0].tasks[0].leaving = true;
  std::size_t stopped = 0;
  for (const auto& stop : actions_of<StopTasks>(world.plan())) stopped += stop.task_arns.size();
  EXPECT_EQ(stopped, 2U) << "one that leaves and one that is old: four stay";
}

class TaskSetSituation : public ServiceSituation {
 public:
  explicit TaskSetSituation(int desired) : ServiceSituation(desired) {
    deploy("a");
    view.deployment.reset();
    set.status = "ACTIVE";
  }

  std::vector<ServiceAction> plan_set() const { return plan_task_set(view, set, now); }

  void settle_set() {
    for (int round = 0; round < 20; ++round) {
      auto actions = plan_set();
      for (const auto& action : actions) apply(action);
      if (!nodes_act() && actions.empty()) return;
    }
    FAIL() << "the set does not come to rest";
  }

  TaskSetRow set;
};

TEST(TaskSetPlan, KeepsItsShareRoundedUp) {
  TaskSetSituation world(5);
  world.set.scale = 50;
  EXPECT_EQ(wanted_tasks(*world.view.service, world.set), 3);
  world.settle_set();
  EXPECT_EQ(world.view.primary().healthy_count(), 3);
  EXPECT_TRUE(is_stable(world.view, world.set));
  world.set.scale = 20;
  EXPECT_FALSE(is_stable(world.view, world.set));
  world.settle_set();
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
}

TEST(TaskSetPlan, StopsEverythingWhenItDrains) {
  TaskSetSituation world(2);
  world.set.scale = 100;
  world.settle_set();
  world.set.status = "DRAINING";
  EXPECT_EQ(wanted_tasks(*world.view.service, world.set), 0);
  world.settle_set();
  EXPECT_EQ(world.view.primary().present_count(), 0);
}

}  // namespace
}  // namespace roadstead
