#include "decide/services/hooks/pause_hooks.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/services/plan_parts.h"

namespace roadstead {

namespace {

using Action = ecs::DeploymentLifecycleHookAction;
using HookStatus = ecs::DeploymentLifecycleHookStatus;
using Stage = ecs::ServiceDeploymentLifecycleStage;

constexpr int default_minutes = 1440;

bool pauses_in(const ecs::DeploymentLifecycleHook& hook, Stage stage) {
  if (hook.target_type != ecs::DeploymentLifecycleHookTargetType::pause || !hook.lifecycle_stages) return false;
  return std::ranges::any_of(*hook.lifecycle_stages, [&](auto one) { return waiting_stage(one) == stage; });
}

DeploymentHook opened(const ecs::DeploymentLifecycleHook& hook, Stage stage, Instant now) {
  auto timeout = hook.timeout_configuration.value_or(ecs::DeploymentLifecycleHookTimeoutConfiguration{});
  DeploymentHook out{.lifecycle_stage = stage, .status = HookStatus::awaiting_action};
  out.started_at = now;
  out.expires_at = now + std::chrono::minutes(timeout.timeout_in_minutes.value_or(default_minutes));
  out.timeout_action = timeout.action.value_or(Action::rollback);
  return out;
}

bool goes_back(const DeploymentHook& hook) {
  return hook.status == HookStatus::failed || (hook.status == HookStatus::timed_out && hook.timeout_action == Action::rollback);
}

std::string failure_of(const DeploymentHook& hook) {
  auto what = hook.status == HookStatus::failed ? "was answered with ROLLBACK." : "was not answered in time.";
  return cat("Service deployment rolled back because the hook ", hook.hook_id, " of stage ", to_string(hook.lifecycle_stage), ' ', what);
}

}  // namespace

std::optional<Stage> waiting_stage(ecs::DeploymentLifecycleHookStage stage) {
  using HookStage = ecs::DeploymentLifecycleHookStage;
  switch (stage) {
    case HookStage::reconcile_service: return Stage::reconcile_service;
    case HookStage::pre_scale_up: return Stage::pre_scale_up;
    case HookStage::post_scale_up: return Stage::post_scale_up;
    case HookStage::post_test_traffic_shift:
    case HookStage::pre_production_traffic_shift: return Stage::post_test_traffic_shift;
    case HookStage::post_production_traffic_shift: return Stage::post_production_traffic_shift;
    default: return std::nullopt;
  }
}

bool has_pause(const ecs::DeploymentConfiguration& configuration, Stage stage) {
  return configuration.lifecycle_hooks &&
         std::ranges::any_of(*configuration.lifecycle_hooks, [&](const auto& hook) { return pauses_in(hook, stage); });
}

HookVerdict plan_pause_hooks(ServicePlan& plan) {
  const auto& deployment = *plan.view.deployment;
  auto stage = *deployment.lifecycle_stage;
  if (!deployment.deployment_configuration || !has_pause(*deployment.deployment_configuration, stage)) return {};
  HookVerdict verdict;
  bool open = false;
  for (const auto& hook : deployment.hooks) {
    if (hook.lifecycle_stage != stage) continue;
    open = true;
    if (goes_back(hook)) return {.failure = failure_of(hook)};
    if (hook.status != HookStatus::awaiting_action) continue;
    verdict.waits = true;
    auto expires = hook.expires_at.value_or(plan.now);
    if (plan.now >= expires) {
      plan.add(EndHook{hook.hook_id, HookStatus::timed_out});
    } else {
      plan.wake_at(expires);
    }
  }
  if (open) return verdict;
  OpenHooks opening;
  for (const auto& hook : *deployment.deployment_configuration->lifecycle_hooks) {
    if (pauses_in(hook, stage)) opening.hooks.push_back(opened(hook, stage, plan.now));
  }
  plan.add(std::move(opening));
  return {.waits = true};
}

}  // namespace roadstead
