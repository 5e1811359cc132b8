// Deployments that stop until somebody says a word.
#include "decide/services/hooks/pause_hooks.h"

#include <gtest/gtest.h>

#include "decide/services/service_situation.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using HookStage = ecs::DeploymentLifecycleHookStage;
using HookStatus = ecs::DeploymentLifecycleHookStatus;
using Stage = ecs::ServiceDeploymentLifecycleStage;
using DeploymentStatus = ecs::ServiceDeploymentStatus;

/// A service without a load balancer that deploys side by side; revision "a" runs, "b" is on its way.
class HookSituation : public ServiceSituation {
 public:
  explicit HookSituation(std::vector<HookStage> pauses, std::optional<ecs::DeploymentLifecycleHookAction> on_timeout = {})
      : ServiceSituation(2) {
    settle_first();
    ecs::DeploymentLifecycleHook hook;
    hook.target_type = ecs::DeploymentLifecycleHookTargetType::pause;
    hook.lifecycle_stages = std::move(pauses);
    hook.timeout_configuration.emplace().timeout_in_minutes = 30;
    hook.timeout_configuration->action = on_timeout;
    edit_service([&](auto& row) {
      row.deployment_configuration->strategy = ecs::DeploymentStrategy::blue_green;
      row.deployment_configuration->lifecycle_hooks = {{hook}};
    });
    deploy("b");
    begun = now;
    finish(10min);
  }

  Instant begun;
};

TEST(PauseHooks, ADeploymentWaitsWithBothRevisionsUntilItIsContinued) {
  HookSituation world({HookStage::post_scale_up});
  ASSERT_TRUE(world.view.deployment);
  EXPECT_EQ(world.view.deployment->lifecycle_stage, Stage::post_scale_up);
  ASSERT_EQ(world.view.deployment->hooks.size(), 1U);
  EXPECT_EQ(world.view.deployment->hooks[0].status, HookStatus::awaiting_action);
  EXPECT_EQ(world.revision("a").healthy_count(), 2);
  EXPECT_EQ(world.revision("b").healthy_count(), 2);
  world.answer_hook("hook-1", HookStatus::succeeded);
  world.finish();
  EXPECT_EQ(world.ended, DeploymentStatus::successful);
  EXPECT_EQ(world.view.revisions.size(), 1U);
}

TEST(PauseHooks, BeforeScaleUpOnlyTheOldRevisionRuns) {
  HookSituation world({HookStage::pre_scale_up});
  EXPECT_EQ(world.view.deployment->lifecycle_stage, Stage::pre_scale_up);
  EXPECT_EQ(world.revision("a").healthy_count(), 2);
  EXPECT_EQ(world.revision("b").present_count(), 0);
}

TEST(PauseHooks, RollbackIsTheAnswerThatWins) {
  HookSituation world({HookStage::post_scale_up});
  world.answer_hook("hook-1", HookStatus::failed);
  world.finish();
  EXPECT_EQ(world.ended, DeploymentStatus::rollback_successful);
  EXPECT_EQ(world.view.primary().row->service_revision_arn, "a");
  EXPECT_NE(world.rollback_reason.find("hook-1 of stage POST_SCALE_UP was answered with ROLLBACK"), std::string::npos);
}

TEST(PauseHooks, WithoutAnAnswerItRollsBackWhenTheTimeIsOver) {
  HookSituation world({HookStage::post_production_traffic_shift});
  EXPECT_EQ(world.view.deployment->lifecycle_stage, Stage::post_production_traffic_shift);
  world.finish();
  EXPECT_EQ(world.ended, DeploymentStatus::rollback_successful);
  EXPECT_GE(world.now - world.begun, 30min);
}

TEST(PauseHooks, OrGoesOnIfThatIsWanted) {
  HookSituation world({HookStage::post_scale_up}, ecs::DeploymentLifecycleHookAction::continue_);
  world.finish();
  EXPECT_EQ(world.ended, DeploymentStatus::successful);
  EXPECT_GE(world.now - world.begun, 30min);
}

TEST(PauseHooks, EachStageWaitsByItself) {
  HookSituation world({HookStage::pre_scale_up, HookStage::pre_production_traffic_shift});
  world.answer_hook("hook-1", HookStatus::succeeded);
  world.finish(10min);
  ASSERT_TRUE(world.view.deployment);
  EXPECT_EQ(world.view.deployment->lifecycle_stage, Stage::post_test_traffic_shift);
  world.answer_hook("hook-2", HookStatus::succeeded);
  world.finish();
  EXPECT_EQ(world.ended, DeploymentStatus::successful);
}

}  // namespace
}  // namespace roadstead
