#include "decide/services/service_plan.h"

#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using Ended = ecs::ServiceDeploymentStatus;

template <class Action>
std::vector<Action> actions_of(const std::vector<ServiceAction>& actions) {
  std::vector<Action> found;
  for (const auto& action : actions) {
    if (const auto* one = std::get_if<Action>(&action)) found.push_back(*one);
  }
  return found;
}

TEST(ServicePlan, AFirstDeploymentStartsWhatIsWantedAndCompletes) {
  ServiceSituation world(3);
  world.deploy("a");
  world.settle();
  EXPECT_EQ(world.view.primary().active_count(), 3);
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.started, 3);
  EXPECT_TRUE(world.view.service->steady);
  EXPECT_EQ(world.view.service->completed_revision_arn, "a");
}

TEST(ServicePlan, DesiredZeroIsSteady) {
  ServiceSituation world(0);
  world.deploy("a");
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.started, 0);
  EXPECT_TRUE(world.view.service->steady);
}

struct Rolling {
  int desired, minimum, maximum, highest, lowest;
};

class RollingMaths : public testing::TestWithParam<Rolling> {};

TEST_P(RollingMaths, ReplacesEverythingWithinThePercentages) {
  auto [desired, minimum, maximum, highest, lowest] = GetParam();
  ServiceSituation world(desired, minimum, maximum);
  world.settle_first();
  auto bounds = task_bounds(*world.view.service);
  EXPECT_EQ(bounds.highest, highest);
  EXPECT_EQ(bounds.lowest, lowest);
  world.deploy("b");
  world.most_present = 0;
  world.least_healthy = desired;
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.view.primary().healthy_count(), desired);
  EXPECT_LE(world.most_present, highest);
  EXPECT_GE(world.least_healthy, lowest);
}

// reference/ecs-core.md §4.2: hi is rounded down, lo is rounded up.
INSTANTIATE_TEST_SUITE_P(
    Percentages, RollingMaths,
    testing::Values(Rolling{4, 100, 200, 8, 4}, Rolling{4, 50, 100, 4, 2}, Rolling{3, 50, 150, 4, 2},
                    Rolling{1, 0, 100, 1, 0}, Rolling{1, 100, 200, 2, 1}, Rolling{10, 100, 110, 11, 10},
                    Rolling{7, 90, 125, 8, 7}, Rolling{5, 0, 100, 5, 0})
);

TEST(ServicePlan, APercentageThatLeavesNoRoomIsSaid) {
  ServiceSituation world(1);
  world.settle_first();
  world.edit_service([](auto& row) {
    row.deployment_configuration->minimum_healthy_percent = 50;
    row.deployment_configuration->maximum_percent = 100;
  });
  world.deploy("b");
  EXPECT_EQ(world.stuck_said, 0);
  ASSERT_TRUE(world.settle());
  EXPECT_GT(world.stuck_said, 0);
  EXPECT_EQ(world.started, 1);
}

TEST(ServicePlan, WhatWasSupersededLeavesWithItsLastTask) {
  ServiceSituation world(2);
  world.settle_first("tg-a");
  world.deploy("b", "tg-b");
  ASSERT_TRUE(world.settle());
  EXPECT_GT(world.revision("b").present_count(), 0);
  world.deploy("c", "tg-b");
  ASSERT_TRUE(world.settle());
  ASSERT_EQ(world.view.revisions.size(), 3U);
  world.nodes_act();
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.view.revisions.size(), 2U) << "the new one, and the one that has the traffic";
  EXPECT_EQ(world.ended, std::nullopt);
  EXPECT_GT(world.revision("a").healthy_count(), 0);
}

TEST(ServicePlan, APercentageThatLeavesNoRoomIsGivenUpAfterADay) {
  ServiceSituation world(1, 50, 100);
  world.settle_first();
  world.deploy("b");
  world.finish(23h);
  EXPECT_FALSE(world.ended);
  EXPECT_EQ(world.revision("a").healthy_count(), 1);
  world.finish(2h);
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "a");
}

TEST(ServicePlan, ScalesOutAndIn) {
  ServiceSituation world(2);
  world.settle_first();
  world.edit_service([](auto& row) { row.desired_count = 5; });
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 5);
  world.edit_service([](auto& row) { row.desired_count = 1; });
  auto stops = actions_of<StopTasks>(world.plan());
  ASSERT_EQ(stops.size(), 1U);
  // The oldest go.
  EXPECT_EQ(stops[0].task_arns, (std::vector<std::string>{"task-1", "task-2", "task-3", "task-4"}));
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
  EXPECT_TRUE(world.view.service->steady);
}

TEST(ServicePlan, ScaleInTakesWaitingTasksFirstAndNeverProtectedOnes) {
  ServiceSituation world(2);
  world.settle_first();
  ServiceSituation::edit_task(world.view.revisions[0].tasks[0], [](auto& row) { row.protection_enabled = true; });
  world.edit_service([](auto& row) { row.desired_count = 3; });
  world.settle();
  world.edit_service([](auto& row) { row.desired_count = 0; });
  auto stops = actions_of<StopTasks>(world.plan());
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].task_arns, (std::vector<std::string>{"task-3", "task-2"}));
}

TEST(ServicePlan, AFailingTaskGoesWhenItsReplacementIsUp) {
  ServiceSituation world(2);
  world.settle_first();
  auto& sick = world.view.revisions[0].tasks[0];
  sick.healthy = false;
  sick.failing = true;
  sick.failing_reason = "Task failed container health checks";
  auto first = world.plan();
  EXPECT_EQ(actions_of<StartTasks>(first).size(), 1U);
  EXPECT_TRUE(actions_of<StopTasks>(first).empty());
  world.settle();
  world.nodes_act();
  auto then = actions_of<StopTasks>(world.plan());
  ASSERT_EQ(then.size(), 1U);
  EXPECT_EQ(then[0].task_arns.front(), "task-1");
  EXPECT_EQ(then[0].reason, "Task failed container health checks");
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
  EXPECT_EQ(world.view.primary().present_count(), 2);
}

TEST(ServicePlan, AFailingTaskGoesFirstWhenThereIsNoRoom) {
  ServiceSituation world(1, 0, 100);
  world.settle_first();
  auto& sick = world.view.revisions[0].tasks[0];
  sick.healthy = false;
  sick.failing = true;
  EXPECT_EQ(actions_of<StopTasks>(world.plan()).size(), 1U);
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
  EXPECT_EQ(world.most_present, 1);
}

TEST(ServicePlan, TheBreakerNeedsThreeFailuresAtLeast) {
  EXPECT_EQ(breaker_threshold(0), 3);
  EXPECT_EQ(breaker_threshold(1), 3);
  EXPECT_EQ(breaker_threshold(25), 13);
  EXPECT_EQ(breaker_threshold(400), 200);
  EXPECT_EQ(breaker_threshold(800), 200);
}

TEST(ServicePlan, StartsAreHeldBackLongerAndLonger) {
  EXPECT_EQ(start_delay(0), 0s);
  EXPECT_EQ(start_delay(1), 0s);
  EXPECT_EQ(start_delay(2), 1s);
  EXPECT_EQ(start_delay(4), 4s);
  EXPECT_EQ(start_delay(11), 512s);
  EXPECT_EQ(start_delay(12), 900s);
  EXPECT_EQ(start_delay(1000), 900s);
}

TEST(ServicePlan, TheBreakerRollsBack) {
  ServiceSituation world(2);
  world.settle_first();
  world.broken["b"] = true;
  world.deploy("b");
  world.least_healthy = 2;
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  EXPECT_NE(world.rollback_reason.find("circuit breaker"), std::string::npos);
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "a");
  EXPECT_EQ(world.view.primary().row->rollout_state, "COMPLETED");
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
  EXPECT_EQ(world.least_healthy, 2);
  EXPECT_TRUE(world.view.service->steady);
}

TEST(ServicePlan, AFirstDeploymentThatFailsHasNothingToGoBackTo) {
  ServiceSituation world(1);
  world.broken["a"] = true;
  world.deploy("a");
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_failed);
  EXPECT_NE(world.fail_reason.find("No rollback candidate was found"), std::string::npos);
  EXPECT_EQ(world.started, 3);
  EXPECT_EQ(world.view.primary().row->rollout_state, "FAILED");
  // It stays so until the next update.
  EXPECT_TRUE(actions_of<StartTasks>(world.plan()).empty());
  world.deploy("b");
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
}

TEST(ServicePlan, WithoutRollbackTheOldTasksStay) {
  ServiceSituation world(2);
  world.edit_service([](auto& row) { row.deployment_configuration->deployment_circuit_breaker->rollback = false; });
  world.settle_first();
  world.broken["b"] = true;
  world.deploy("b");
  world.finish();
  EXPECT_EQ(world.ended, Ended::stopped);
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "b");
  EXPECT_EQ(world.revision("a").healthy_count(), 2);
  // Fewer are still fewer.
  world.edit_service([](auto& row) { row.desired_count = 1; });
  world.finish();
  EXPECT_EQ(world.revision("a").healthy_count(), 1);
  world.edit_service([](auto& row) { row.desired_count = 0; });
  world.finish();
  EXPECT_EQ(present_count(world.view), 0);
}

TEST(ServicePlan, ACrashLoopIsThrottledThoughOtherTasksRun) {
  ServiceSituation world(1);
  world.edit_service([](auto& row) { row.deployment_configuration->deployment_circuit_breaker->enable = false; });
  world.settle_first();
  world.broken["a"] = true;
  world.edit_service([](auto& row) { row.desired_count = 2; });
  world.started = 1;
  world.now = world.now + 60s;
  world.finish(60s);
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
  // 0, 1, 2, 4, 8, 16 seconds apart, then 32.
  EXPECT_LE(world.started, 9);
  EXPECT_GE(world.view.service->start_failures, 5);
  world.broken.clear();
  world.finish(60s);
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
  EXPECT_EQ(world.view.service->start_failures, 0);
}

TEST(ServicePlan, WhatUsersAndSchedulersStopIsNoFailure) {
  ServiceSituation world(1);
  world.settle_first();
  ServiceSituation::edit_task(world.view.revisions[0].tasks[0], [](auto& row) {
    row.last_status = TaskStatus::stopped;
    row.desired_status = DesiredStatus::stopped;
    row.stop_code = ecs::TaskStopCode::user_initiated;
  });
  world.view.revisions[0].tasks[0].healthy = false;
  EXPECT_EQ(actions_of<ForgetTask>(world.plan()).size(), 1U);
  world.finish();
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
  EXPECT_EQ(world.view.service->start_failures, 0);
}

TEST(ServicePlan, StoppingADeploymentRollsBackOrAborts) {
  for (std::string how : {"ROLLBACK", "ABORT"}) {
    ServiceSituation world(2);
    world.settle_first();
    world.deploy("b");
    world.settle();
    world.edit_deployment([&](auto& row) { row.stop_type = how; });
    world.finish();
    EXPECT_EQ(world.ended, how == "ABORT" ? Ended::stopped : Ended::rollback_successful) << how;
    EXPECT_EQ(world.view.primary().row->service_revision_arn, how == "ABORT" ? "b" : "a");
  }
}

TEST(ServicePlan, AnAlarmRollsBack) {
  ServiceSituation world(2);
  world.edit_service([](auto& row) {
    row.deployment_configuration->alarms = ecs::DeploymentAlarms{.alarm_names = {"errors"}, .rollback = true, .enable = true};
  });
  world.settle_first();
  world.deploy("b");
  world.settle();
  world.view.alarms = {"errors"};
  world.settle();
  world.view.alarms.clear();
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  EXPECT_NE(world.rollback_reason.find("alarm errors went into ALARM"), std::string::npos);
}

TEST(ServicePlan, ADeletedServiceStopsAllAndBecomesInactive) {
  ServiceSituation world(3);
  world.settle_first();
  world.deploy("b");
  world.settle();
  world.nodes_act();
  world.edit_service([](auto& row) {
    row.status = "DRAINING";
    row.desired_count = 0;
  });
  world.settle();
  EXPECT_EQ(world.view.service->status, "DRAINING");
  world.finish();
  EXPECT_EQ(world.view.service->status, "INACTIVE");
  EXPECT_EQ(present_count(world.view), 0);
  EXPECT_TRUE(world.plan().empty());
}

TEST(ServicePlan, AResourceThatFailsOrNeverComesFailsTheDeployment) {
  for (auto status : {ecs::ManagedResourceStatus::failed, ecs::ManagedResourceStatus::provisioning}) {
    ServiceSituation world(1);
    world.view.resources = {{"listener", status, "the port is taken"}};
    world.deploy("a", "tg1");
    world.finish();
    EXPECT_EQ(world.ended, Ended::rollback_failed);
    EXPECT_NE(world.fail_reason.find("listener"), std::string::npos);
    EXPECT_LE(world.now - Instant::from_seconds(1000), Duration(2h));
  }
}

// Whatever happens in whatever order, the planner comes to rest, and stays within the bounds.
TEST(ServicePlan, ComesToRestInEverySituation) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    SeededIds random(seed);
    auto pick = [&](int n) { return static_cast<int>(random.bits() % static_cast<std::uint64_t>(n)); };
    ServiceSituation world(pick(6), 0, 100 + pick(5) * 25);
    int highest_wanted = 0;
    world.deploy("r0");
    for (int step = 0; step < 40; ++step) {
      int act = pick(8);
      if (act == 0) world.deploy(cat("r", step + 1));
      if (act == 1) world.broken[world.view.primary().row->service_revision_arn] = true;
      if (act == 2) world.broken.clear();
      if (act == 3) world.edit_service([&](auto& row) { row.desired_count = pick(6); });
      if (act >= 4) world.nodes_act();
      auto bounds = task_bounds(*world.view.service);
      int before = present_count(world.view);
      ASSERT_TRUE(world.settle());
      highest_wanted = std::max({bounds.highest, 1, before});
      ASSERT_LE(present_count(world.view), highest_wanted);
      world.now = world.now + std::chrono::seconds(pick(30));
    }
    world.broken.clear();
    world.finish(26h);
    ASSERT_FALSE(world.view.deployment);
  }
}

}  // namespace
}  // namespace roadstead
