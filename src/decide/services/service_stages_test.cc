// Deployments of services behind two target groups: canary, linear, blue/green.
#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using Ended = ecs::ServiceDeploymentStatus;
using Stage = ecs::ServiceDeploymentLifecycleStage;

ServiceSituation canary(int desired, double percent, int hold_minutes, int bake_minutes) {
  ServiceSituation world(desired);
  world.edit_service([&](auto& row) {
    auto& configuration = *row.deployment_configuration;
    configuration.strategy = ecs::DeploymentStrategy::canary;
    configuration.canary_configuration =
        ecs::CanaryConfiguration{.canary_percent = percent, .canary_bake_time_in_minutes = hold_minutes};
    configuration.bake_time_in_minutes = bake_minutes;
  });
  return world;
}

TEST(ServiceStages, TheFirstDeploymentTakesAllTrafficAtOnce) {
  auto world = canary(2, 5, 3, 3);
  world.settle_first("tg1");
  EXPECT_EQ(world.shifts, std::vector<double>{100});
  EXPECT_EQ(world.stages, (std::vector<Stage>{Stage::pre_scale_up, Stage::scale_up, Stage::clean_up}));
  EXPECT_EQ(world.now, Instant::from_seconds(1000));
}

TEST(ServiceStages, ACanaryIsHeldAndBaked) {
  auto world = canary(2, 5, 3, 4);
  world.settle_first("tg1");
  world.shifts.clear();
  world.stages.clear();
  auto began = world.now;
  world.deploy("b", "tg2");
  world.least_healthy = 2;
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.shifts, (std::vector<double>{0, 5, 100}));
  EXPECT_EQ(world.stages, (std::vector<Stage>{Stage::pre_scale_up, Stage::scale_up, Stage::production_traffic_shift,
                                              Stage::bake_time, Stage::clean_up}));
  EXPECT_EQ(world.now - began, Duration(7min));
  EXPECT_EQ(world.least_healthy, 2);
  EXPECT_EQ(world.most_present, 4);
}

TEST(ServiceStages, BakeTimesOfZeroTakeNoTime) {
  auto world = canary(1, 5, 0, 0);
  world.settle_first("tg1");
  auto began = world.now;
  world.deploy("b", "tg2");
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.shifts.back(), 100);
  EXPECT_EQ(world.now, began);
}

TEST(ServiceStages, LinearGoesInEqualStepsWithoutAHoldAfterTheLast) {
  auto world = canary(1, 5, 0, 0);
  world.edit_service([](auto& row) {
    row.deployment_configuration->strategy = ecs::DeploymentStrategy::linear;
    row.deployment_configuration->linear_configuration =
        ecs::LinearConfiguration{.step_percent = 40.0, .step_bake_time_in_minutes = 6};
  });
  world.settle_first("tg1");
  world.shifts.clear();
  auto began = world.now;
  world.deploy("b", "tg2");
  world.finish();
  EXPECT_EQ(world.shifts, (std::vector<double>{0, 40, 80, 100}));
  EXPECT_EQ(world.now - began, Duration(12min));
}

TEST(ServiceStages, BlueGreenMovesAllAtOnceAndBakes) {
  auto world = canary(1, 5, 0, 10);
  world.edit_service([](auto& row) { row.deployment_configuration->strategy = ecs::DeploymentStrategy::blue_green; });
  world.settle_first("tg1");
  world.shifts.clear();
  world.deploy("b", "tg2");
  world.finish(9min);
  EXPECT_FALSE(world.ended);
  EXPECT_EQ(world.shifts, (std::vector<double>{0, 100}));
  EXPECT_EQ(world.revision("a").healthy_count(), 1);
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
}

TEST(ServiceStages, AnAlarmInTheCanaryTakesTrafficBackBeforeTasksStop) {
  auto world = canary(2, 5, 3, 3);
  world.edit_service([](auto& row) {
    row.deployment_configuration->alarms = ecs::DeploymentAlarms{.alarm_names = {"5xx"}, .rollback = true, .enable = true};
  });
  world.settle_first("tg1");
  world.deploy("b", "tg2");
  world.finish(1min);
  ASSERT_EQ(world.shifts.back(), 5);
  world.view.alarms = {"5xx"};
  world.shifts.clear();
  world.least_healthy = 4;
  world.settle();
  // Back at once, while the new tasks still run.
  EXPECT_EQ(world.shifts, std::vector<double>{100});
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "a");
  world.view.alarms.clear();
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  EXPECT_EQ(world.view.primary().healthy_count(), 2);
}

TEST(ServiceStages, ABrokenCanaryNeverGetsTraffic) {
  auto world = canary(1, 5, 3, 3);
  world.settle_first("tg1");
  world.shifts.clear();
  world.broken["b"] = true;
  world.deploy("b", "tg2");
  world.finish();
  EXPECT_EQ(world.ended, Ended::rollback_successful);
  for (double percent : world.shifts) EXPECT_EQ(percent, 0);
}

// The group that the abandoned revision left is used by the next one: no traffic may be on it meanwhile.
TEST(ServiceStages, ASupersededCanaryGivesItsTrafficBackFirst) {
  auto world = canary(1, 5, 3, 3);
  world.settle_first("tg1");
  world.deploy("b", "tg2");
  world.finish(1min);
  ASSERT_EQ(world.shifts.back(), 5);
  world.shifts.clear();
  world.stages.clear();
  world.deploy("c", "tg2");
  auto first = world.plan();
  const auto* shift = std::get_if<ShiftTraffic>(&first.front());
  ASSERT_NE(shift, nullptr);
  EXPECT_EQ(shift->percent, 0);
  EXPECT_EQ(shift->other_revision_arn, "a");
  EXPECT_TRUE(std::ranges::none_of(first, [](const auto& action) { return std::holds_alternative<StopTasks>(action); }));
  world.finish();
  EXPECT_EQ(world.stages.front(), Stage::reconcile_service);
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.shifts, (std::vector<double>{0, 5, 100}));
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "c");
}

// While the old tasks go the new ones are all there is: whatever comes then starts from them.
TEST(ServiceStages, ADeploymentSupersededInItsCleanUpKeepsServing) {
  auto world = canary(1, 5, 0, 0);
  world.settle_first("tg1");
  world.deploy("b", "tg2");
  world.settle();
  world.nodes_act();
  world.settle();
  ASSERT_EQ(world.view.deployment->lifecycle_stage, Stage::clean_up);
  world.deploy("c", "tg1");
  world.shifts.clear();
  world.least_healthy = 1;
  world.settle();
  EXPECT_EQ(world.revision("b").healthy_count(), 1);
  EXPECT_EQ(world.shifts.front(), 0);
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.least_healthy, 1);
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "c");
}

TEST(ServiceStages, ThereIsNoWayBackFromCleanUp) {
  auto world = canary(1, 5, 0, 0);
  world.settle_first("tg1");
  world.deploy("b", "tg2");
  world.settle();
  world.nodes_act();
  world.settle();
  ASSERT_EQ(world.view.deployment->lifecycle_stage, Stage::clean_up);
  world.edit_deployment([](auto& row) { row.stop_type = "ROLLBACK"; });
  world.finish();
  EXPECT_EQ(world.ended, Ended::successful);
  EXPECT_EQ(world.view.primary().healthy_count(), 1);
}

}  // namespace
}  // namespace roadstead
