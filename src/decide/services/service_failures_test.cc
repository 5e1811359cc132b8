// How failures of tasks and alarms end a deployment, and what the user is told.
#include <gtest/gtest.h>

#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using Ended = ecs::ServiceDeploymentStatus;

template <class Action>
int count_of(const std::vector<ServiceAction>& plan) {
  return static_cast<int>(std::ranges::count_if(plan, [](const auto& action) { return std::holds_alternative<Action>(action); }));
}

/// A deployment of "b" over a settled "a" that has one task of its own, running.
ServiceSituation deploying(int failures) {
  // Room for one more beside the old one and one that is going.
  ServiceSituation world(1, 100, 300);
  world.settle_first();
  world.deploy("b");
  EXPECT_TRUE(world.settle());
  EXPECT_EQ(world.revision("b").tasks.size(), 1U);
  world.nodes_act();
  world.edit_deployment([&](auto& row) { row.failure_count = failures; });
  return world;
}

void end_by_itself(ServiceTask& task, TaskStatus status) {
  task.healthy = false;
  ServiceSituation::edit_task(task, [&](auto& row) {
    row.desired_status = DesiredStatus::stopped;
    row.last_status = status;
    row.stop_code = ecs::TaskStopCode::essential_container_exited;
    row.stopped_reason = "Essential container in task exited";
    row.containers = {{.name = "Main", .exit_code = 3, .essential = true}};
  });
}

TEST(ServiceFailures, NoFurtherTaskIsTriedWhileTheLastFailureIsBeingCounted) {
  auto world = deploying(1);
  end_by_itself(world.revision("b").tasks.front(), TaskStatus::stopping);
  EXPECT_EQ(count_of<StartTasks>(world.plan()), 1) << "the second failure leaves one try";
  world = deploying(2);
  end_by_itself(world.revision("b").tasks.front(), TaskStatus::stopping);
  EXPECT_EQ(count_of<StartTasks>(world.plan()), 0);
}

TEST(ServiceFailures, NoFurtherTaskIsTriedWhileTheLastUnhealthyOneGoes) {
  auto world = deploying(2);
  auto& task = world.revision("b").tasks.front();
  task.healthy = false;
  task.failing = true;
  task.failing_reason = "Task failed ELB health checks in (target-group tg)";
  auto plan = world.plan();
  EXPECT_EQ(count_of<CountFailure>(plan), 1);
  EXPECT_EQ(count_of<StopTasks>(plan), 1);
  EXPECT_EQ(count_of<StartTasks>(plan), 0);
}

TEST(ServiceFailures, WhatTheHealthChecksSawIsPartOfTheFailureButNotOfTheStoppedReason) {
  auto world = deploying(0);
  auto& task = world.revision("b").tasks.front();
  task.healthy = false;
  task.failing = true;
  task.failing_reason = "Task failed ELB health checks in (target-group tg)";
  task.failing_detail = "Health checks failed with these codes: [404] on port 80, /nothere";
  std::string counted;
  std::string stopped;
  for (const auto& action : world.plan()) {
    if (const auto* failure = std::get_if<CountFailure>(&action)) counted = failure->reason;
    if (const auto* stop = std::get_if<StopTasks>(&action)) stopped = stop->reason;
  }
  EXPECT_EQ(counted, "Task failed ELB health checks in (target-group tg): Health checks failed with these codes: [404] on port 80, /nothere");
  EXPECT_EQ(stopped, "Task failed ELB health checks in (target-group tg)") << "AWS's text";
}

TEST(ServiceFailures, AFailureIsCountedWithItsReason) {
  auto world = deploying(0);
  end_by_itself(world.revision("b").tasks.front(), TaskStatus::stopped);
  auto plan = world.plan();
  ASSERT_EQ(count_of<CountFailure>(plan), 1);
  EXPECT_EQ(std::get<CountFailure>(plan.front()).reason, "Essential container in task exited (container Main, exit code 3)");
}

TEST(ServiceFailures, ATextIsNotSaidTwiceAndAnEndWithoutErrorHasItsExitCode) {
  auto world = deploying(0);
  auto& task = world.revision("b").tasks.front();
  end_by_itself(task, TaskStatus::stopped);
  ServiceSituation::edit_task(task, [](auto& row) {
    row.containers.front().exit_code = 0;
    row.containers.front().reason = "exited";
  });
  EXPECT_EQ(std::get<CountFailure>(world.plan().front()).reason, "Essential container in task exited (container Main, exit code 0)");
}

TEST(ServiceFailures, ThatATaskIsUnhealthyIsSaidBeforeItsReplacementStarts) {
  ServiceSituation world(1);
  world.settle_first();
  auto& task = world.revision("a").tasks.front();
  task.healthy = false;
  task.failing = true;
  task.failing_reason = "Task failed ELB health checks in (target-group tg)";
  auto plan = world.plan();
  ASSERT_EQ(count_of<StartTasks>(plan), 1);
  auto said = std::ranges::find_if(plan, [](const auto& action) { return std::holds_alternative<SayUnhealthy>(action); });
  auto started = std::ranges::find_if(plan, [](const auto& action) { return std::holds_alternative<StartTasks>(action); });
  ASSERT_LT(said, started);
  EXPECT_EQ(std::get<SayUnhealthy>(*said).task_arn, task.row->task_arn);
}

TEST(ServiceFailures, ARollBackNamesTheLastFailure) {
  auto world = deploying(3);
  world.edit_deployment([](auto& row) { row.last_failure = "(task 1) it broke"; });
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.rollback_reason,
            "Service deployment rolled back because the circuit breaker threshold was exceeded. The last failure: (task 1) it broke.");
}

TEST(ServiceFailures, ARollingDeploymentIsBakedUnderItsAlarms) {
  ServiceSituation world(2);
  world.edit_service([](auto& row) {
    row.deployment_configuration->bake_time_in_minutes = 5;
    row.deployment_configuration->alarms = ecs::DeploymentAlarms{.alarm_names = {"errors"}, .rollback = true, .enable = true};
  });
  world.settle_first();
  world.deploy("b");
  world.finish(1min);
  ASSERT_FALSE(world.ended) << "it bakes";
  EXPECT_EQ(world.stages.back(), ecs::ServiceDeploymentLifecycleStage::bake_time);
  EXPECT_EQ(world.revision("a").present_count(), 0) << "rolling leaves no old tasks for the bake";
  world.view.alarms = {"errors"};
  ASSERT_TRUE(world.settle());
  world.view.alarms.clear();
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  EXPECT_EQ(world.rollback_reason, "Service deployment rolled back because alarm errors went into ALARM.");
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "a");
}

}  // namespace
}  // namespace roadstead
