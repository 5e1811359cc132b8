// A deployment, one step at a time; the states and stages are drawn in service_plan.h.
#include <algorithm>

#include "base/text/text.h"
#include "decide/services/hooks/pause_hooks.h"
#include "decide/services/plan_parts.h"
#include "decide/services/service_plan.h"

namespace roadstead {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Stage = ecs::ServiceDeploymentLifecycleStage;
using DeploymentStatus = ecs::ServiceDeploymentStatus;

/// A stage that lasts longer fails the deployment (reference/ecs-core.md §4.11).
constexpr auto longest_stage = hours(24);
/// Managed resources that take longer are not coming (reference/express-mode.md §8, row 12).
constexpr auto longest_provisioning = minutes(10);

/// One step of moving production traffic: to `percent`, held for `hold` before the next.
struct TrafficStep {
  double percent = 100;
  Duration hold{0};
};

const ecs::DeploymentConfiguration& configuration_of(const ServiceView& view) {
  static const ecs::DeploymentConfiguration none;
  return view.deployment->deployment_configuration ? *view.deployment->deployment_configuration : none;
}

std::vector<TrafficStep> traffic_steps(const ecs::DeploymentConfiguration& configuration) {
  auto strategy = configuration.strategy.value_or(ecs::DeploymentStrategy::rolling);
  std::vector<TrafficStep> steps;
  if (strategy == ecs::DeploymentStrategy::canary) {
    auto canary = configuration.canary_configuration.value_or(ecs::CanaryConfiguration{});
    steps.push_back({canary.canary_percent.value_or(5.0), minutes(canary.canary_bake_time_in_minutes.value_or(10))});
  } else if (strategy == ecs::DeploymentStrategy::linear) {
    auto linear = configuration.linear_configuration.value_or(ecs::LinearConfiguration{});
    double step = std::max(linear.step_percent.value_or(10.0), 1.0);
    for (double percent = step; percent < 100; percent += step) {
      steps.push_back({percent, minutes(linear.step_bake_time_in_minutes.value_or(6))});
    }
  }
  steps.push_back({100, Duration(0)});
  return steps;
}

/// The revision that production traffic came from: the completed one if it lives, else the newest that has tasks.
const RevisionView* source_of(const ServiceView& view) {
  const RevisionView* newest = nullptr;
  for (const auto& revision : view.revisions) {
    if (&revision == &view.primary()) continue;
    if (revision.row->service_revision_arn == view.service->completed_revision_arn) return &revision;
    if (newest == nullptr && revision.healthy_count() > 0) newest = &revision;
  }
  return newest;
}

/// Whether the new revision stands beside the old one until the end, instead of replacing it task by task.
bool side_by_side(const ServiceView& view) {
  return view.primary().row->target_group_arn ||
         configuration_of(view).strategy.value_or(ecs::DeploymentStrategy::rolling) != ecs::DeploymentStrategy::rolling;
}

/// Whether there is traffic to move: services without a load balancer go through the same stages without it.
bool moves_traffic(const ServiceView& view) { return view.primary().row->target_group_arn.has_value(); }

Duration stage_age(const ServicePlan& plan) {
  return plan.now - plan.view.deployment->stage_started_at.value_or(plan.now);
}

void enter(ServicePlan& plan, Stage stage) { plan.add(EnterStage{stage}); }

/// Goes to the first of `stages` that has a hook, else to the last of them.
void enter_first(ServicePlan& plan, std::initializer_list<Stage> stages) {
  for (auto stage : stages) {
    if (has_pause(configuration_of(plan.view), stage)) return enter(plan, stage);
  }
  enter(plan, *(stages.end() - 1));
}

void fail(ServicePlan& plan, std::string reason, std::string rollout_reason, bool rollback) {
  const auto& view = plan.view;
  const auto& completed = view.service->completed_revision_arn;
  bool can_go_back = completed && view.revision(*completed) != nullptr &&
                     *completed != view.primary().row->service_revision_arn;
  if (!rollback) {
    plan.add(FailDeployment{DeploymentStatus::stopped, std::move(reason), std::move(rollout_reason)});
  } else if (can_go_back) {
    plan.add(BeginRollback{*completed, std::move(reason), std::move(rollout_reason)});
  } else {
    // Source: express-mode.md §3.2; the second sentence is AWS's, the third is ours (§8, row 28).
    plan.add(FailDeployment{
        DeploymentStatus::rollback_failed,
        cat(reason, " No rollback candidate was found to run the rollback. No deployment of this service has succeeded yet: "
                    "mend the cause and update the service to try again."),
        std::move(rollout_reason)
    });
  }
}

const char* breaker_rollout_reason = "ECS deployment circuit breaker: tasks failed to start.";

/// Fails the deployment when its circuit breaker, its alarms, its resources or its user say so.
bool plan_failure(ServicePlan& plan) {
  const auto& view = plan.view;
  const auto& deployment = *view.deployment;
  const auto& configuration = configuration_of(view);
  if (deployment.stop_type) {
    fail(plan, "Service deployment was stopped by a StopServiceDeployment request.",
         "ECS deployment was stopped by the user.", *deployment.stop_type != "ABORT");
    return true;
  }
  auto breaker = configuration.deployment_circuit_breaker;
  if (breaker && breaker->enable && deployment.failure_count >= breaker_threshold(view.service->desired_count)) {
    // AWS's sentence; why the last task failed is ours: it is what everybody looks for next.
    std::string reason = "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    if (deployment.last_failure) reason += cat(" The last failure: ", *deployment.last_failure, '.');
    fail(plan, std::move(reason), breaker_rollout_reason, breaker->rollback);
    return true;
  }
  if (!view.alarms.empty()) {
    fail(plan, cat("Service deployment rolled back because alarm ", view.alarms.front(), " went into ALARM."),
         "ECS deployment failed: alarm detected.", configuration.alarms->rollback);
    return true;
  }
  for (const auto& resource : view.resources) {
    if (resource.status != ecs::ManagedResourceStatus::failed) continue;
    fail(plan, cat("The ", resource.name, " could not be provisioned: ", resource.reason), breaker_rollout_reason, true);
    return true;
  }
  // A stage that waits for an answer ends with its hooks.
  bool pauses = deployment.lifecycle_stage && has_pause(configuration, *deployment.lifecycle_stage);
  if (stage_age(plan) >= longest_stage && !pauses) {
    fail(plan, "Service deployment did not leave its stage within 24 hours.", breaker_rollout_reason, true);
    return true;
  }
  return false;
}

/// Whether everything that traffic goes through is there. Fails the deployment when it does not come.
bool resources_ready(ServicePlan& plan) {
  for (const auto& resource : plan.view.resources) {
    if (resource.status == ecs::ManagedResourceStatus::active) continue;
    auto deadline = plan.view.deployment->created_at.value_or(plan.now) + longest_provisioning;
    if (plan.now >= deadline) {
      fail(plan, cat("The ", resource.name, " was not provisioned within 10 minutes."), breaker_rollout_reason, true);
    } else {
      plan.wake_at(deadline);
    }
    return false;
  }
  return true;
}

/// Keeps the desired count in `revision`, with room for it next to all that runs.
void keep_beside(ServicePlan& plan, const RevisionView& revision) {
  if (plan.view.daemon) return plan_daemon(plan);
  int desired = plan.view.service->desired_count;
  int highest = std::max(task_bounds(*plan.view.service).highest, desired);
  keep_tasks(plan, revision, desired, highest - revision.present_count());
}

void reconcile(ServicePlan& plan, const RevisionView* source) {
  bool strays = false;
  for (const auto& revision : plan.view.revisions) {
    if (&revision == &plan.view.primary() || &revision == source) continue;
    stop_all(plan, revision);
    if (revision.present_count() > 0) strays = true;
  }
  if (source != nullptr) {
    keep_beside(plan, *source);
  }
  if (!strays) enter(plan, Stage::pre_scale_up);
}

void scale_up(ServicePlan& plan, const RevisionView* source) {
  const auto& view = plan.view;
  if (!side_by_side(view)) {
    plan_rolling(plan);
    if (view.primary().healthy_count() >= view.service->desired_count &&
        present_count(view) == view.primary().present_count() && resources_ready(plan)) {
      // A bake of a rolling deployment is for its alarms: the old tasks are gone already.
      bool bakes = configuration_of(view).bake_time_in_minutes.value_or(0) > 0;
      enter(plan, bakes ? Stage::bake_time : Stage::clean_up);
    }
    return;
  }
  keep_beside(plan, view.primary());
  if (source != nullptr) keep_beside(plan, *source);
  if (view.primary().healthy_count() < view.service->desired_count || !resources_ready(plan)) return;
  if (source != nullptr) {
    enter_first(plan, {Stage::post_scale_up, Stage::post_test_traffic_shift, Stage::production_traffic_shift});
  } else {
    plan.add(ShiftTraffic{100, 0, ""});
    enter(plan, Stage::clean_up);
  }
}

void shift_traffic(ServicePlan& plan, const RevisionView* source) {
  const auto& deployment = *plan.view.deployment;
  auto steps = moves_traffic(plan.view) ? traffic_steps(configuration_of(plan.view)) : std::vector<TrafficStep>{TrafficStep{}};
  auto done = static_cast<std::size_t>(deployment.traffic_step);
  keep_beside(plan, plan.view.primary());
  if (source != nullptr) keep_beside(plan, *source);
  if (done > 0) {
    auto hold = steps[std::min(done, steps.size()) - 1].hold;
    if (stage_age(plan) < hold) {
      plan.wake_at(plan.now + (hold - stage_age(plan)));
      return;
    }
  }
  if (done >= steps.size()) return enter_first(plan, {Stage::post_production_traffic_shift, Stage::bake_time});
  plan.add(ShiftTraffic{steps[done].percent, static_cast<int>(done) + 1,
                        source != nullptr ? source->row->service_revision_arn : ""});
}

void bake(ServicePlan& plan, const RevisionView* source) {
  keep_beside(plan, plan.view.primary());
  if (source != nullptr && side_by_side(plan.view)) keep_beside(plan, *source);
  auto hold = minutes(configuration_of(plan.view).bake_time_in_minutes.value_or(0));
  if (stage_age(plan) >= hold) {
    enter(plan, Stage::clean_up);
  } else {
    plan.wake_at(plan.now + (hold - stage_age(plan)));
  }
}

void clean_up(ServicePlan& plan) {
  const auto& view = plan.view;
  keep_beside(plan, view.primary());
  bool others_gone = true;
  for (const auto& revision : view.revisions) {
    if (&revision == &view.primary()) continue;
    stop_all(plan, revision);
    if (revision.present_count() > 0) others_gone = false;
  }
  if (others_gone) plan.add(CompleteDeployment{});
}

/// While a hook waits: what runs goes on running. Before SCALE_UP that is the old revision alone.
void keep_both(ServicePlan& plan, const RevisionView* source) {
  bool scaled_up = *plan.view.deployment->lifecycle_stage > Stage::scale_up;
  if (scaled_up) keep_beside(plan, plan.view.primary());
  if (source != nullptr) keep_beside(plan, *source);
}

void plan_rollback(ServicePlan& plan) {
  const auto& view = plan.view;
  const auto& primary = view.primary();
  if (stage_age(plan) >= longest_stage) {
    plan.add(FailDeployment{DeploymentStatus::rollback_failed, "The roll-back did not reach its revision within 24 hours.",
                            "ECS deployment roll-back did not finish."});
    return;
  }
  plan.wake_at(view.deployment->stage_started_at.value_or(plan.now) + longest_stage);
  if (side_by_side(view)) {
    if (moves_traffic(view) && view.deployment->production_weight != 100 && primary.healthy_count() > 0) {
      plan.add(ShiftTraffic{100, 0, ""});
    }
    keep_beside(plan, primary);
    bool others_gone = true;
    for (const auto& revision : view.revisions) {
      if (&revision == &primary) continue;
      if (primary.healthy_count() > 0 || view.service->desired_count == 0) stop_all(plan, revision);
      if (revision.present_count() > 0) others_gone = false;
    }
    if (others_gone && primary.healthy_count() >= view.service->desired_count) plan.add(FinishRollback{});
    return;
  }
  plan_rolling(plan);
  if (primary.healthy_count() >= view.service->desired_count && present_count(view) == primary.present_count()) {
    plan.add(FinishRollback{});
  }
}

}  // namespace

void plan_deployment(ServicePlan& plan) {
  const auto& view = plan.view;
  const auto& deployment = *view.deployment;
  if (deployment.status == DeploymentStatus::rollback_in_progress) return plan_rollback(plan);
  if (deployment.without_tasks) return plan.add(CompleteDeployment{});
  // The new revision has all traffic and has been baked: there is no way back while the old tasks go.
  if (deployment.lifecycle_stage == Stage::clean_up) return clean_up(plan);
  if (plan_failure(plan)) return;
  const auto* source = source_of(view);
  if (!deployment.lifecycle_stage) {
    bool strays = std::ranges::any_of(view.revisions, [&](const RevisionView& revision) {
      return &revision != &view.primary() && &revision != source && revision.present_count() > 0;
    });
    // An abandoned deployment may have left traffic on the group that this one is going to use.
    if (source != nullptr && moves_traffic(view)) plan.add(ShiftTraffic{0, 0, source->row->service_revision_arn});
    return enter(plan, strays && side_by_side(view) ? Stage::reconcile_service : Stage::pre_scale_up);
  }
  auto verdict = plan_pause_hooks(plan);
  if (!verdict.failure.empty()) return fail(plan, std::move(verdict.failure), "ECS deployment failed: a lifecycle hook asked to roll back.", true);
  if (verdict.waits) return keep_both(plan, source);
  plan.wake_at(deployment.stage_started_at.value_or(plan.now) + longest_stage);
  switch (*deployment.lifecycle_stage) {
    case Stage::reconcile_service: return reconcile(plan, source);
    case Stage::pre_scale_up: return enter(plan, Stage::scale_up);
    case Stage::scale_up: return scale_up(plan, source);
    case Stage::post_scale_up: return enter_first(plan, {Stage::post_test_traffic_shift, Stage::production_traffic_shift});
    case Stage::post_test_traffic_shift: return enter(plan, Stage::production_traffic_shift);
    case Stage::production_traffic_shift: return shift_traffic(plan, source);
    case Stage::post_production_traffic_shift: return enter(plan, Stage::bake_time);
    case Stage::bake_time: return bake(plan, source);
    default: return enter(plan, Stage::clean_up);
  }
}

}  // namespace roadstead
