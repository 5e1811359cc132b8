#include "decide/services/service_plan.h"

#include <algorithm>

#include "decide/services/plan_parts.h"
#include "decide/services/zones/rebalancing.h"

namespace roadstead {

namespace {

void plan_draining(ServicePlan& plan) {
  for (const auto& revision : plan.view.revisions) stop_all(plan, revision, true);
  if (present_count(plan.view) == 0) plan.add(Inactivate{});
}

/// Whether the service has exactly what it wants (§4.4).
bool is_steady(const ServiceView& view) {
  if (view.deployment || view.revisions.size() != 1) return false;
  const auto& primary = view.primary();
  int desired = view.service->desired_count;
  if (std::ranges::any_of(primary.tasks, &ServiceTask::leaving)) return false;
  return primary.row->rollout_state == "COMPLETED" && primary.present_count() == desired &&
         primary.healthy_count() == desired;
}

/// A roll-out that failed with nothing to go back to starts no more tasks until the next update (§4.8), but whoever asks
/// for fewer tasks gets fewer.
void plan_failed(ServicePlan& plan) {
  if (plan.view.daemon) return stop_misplaced(plan);
  int desired = plan.view.service->desired_count;
  for (const auto& revision : plan.view.revisions) {
    if (desired == 0) {
      stop_all(plan, revision);
    } else {
      auto is_good = [](const ServiceTask& task) { return task.active() && !task.failing; };
      stop_surplus(plan, revision, static_cast<int>(std::ranges::count_if(revision.tasks, is_good)) - desired);
    }
  }
}

void plan_idle(ServicePlan& plan) {
  const auto& view = plan.view;
  if (view.primary().row->rollout_state == "FAILED") return plan_failed(plan);
  if (view.daemon) return plan_daemon(plan);
  int desired = view.service->desired_count;
  int room = std::max(task_bounds(*view.service).highest, desired) - present_count(view);
  int spare = plan_rebalancing(plan, room);
  keep_tasks(plan, view.primary(), desired + spare, room);
}

/// What was superseded before it was done leaves deployments[] with its last task.
void retire_empty(ServicePlan& plan) {
  const auto& view = plan.view;
  if (view.deployment && view.deployment->status == ecs::ServiceDeploymentStatus::rollback_in_progress) return;
  for (const auto& revision : view.revisions) {
    const auto& arn = revision.row->service_revision_arn;
    bool stays = &revision == &view.primary() || arn == view.service->completed_revision_arn || !revision.tasks.empty();
    if (!stays) plan.add(RetireRevision{arn});
  }
}

/// Whether a task that was started after the last failure runs well. One that has run all along says nothing of why
/// others cannot start.
bool starts_well_again(const ServiceView& view) {
  const auto& service = *view.service;
  if (service.start_failures == 0) return false;
  auto failed_at = service.next_start_at.value_or(Instant{}) - start_delay(service.start_failures);
  return std::ranges::any_of(view.primary().tasks, [&](const ServiceTask& task) {
    return task.healthy && task.row->started_at.value_or(Instant{}) >= failed_at;
  });
}

}  // namespace

std::vector<ServiceAction> plan_service(const ServiceView& view, Instant now) {
  ServicePlan plan{view, now};
  if (view.service->status == "INACTIVE") return {};
  settle_stopped_tasks(plan);
  if (view.service->status == "DRAINING") {
    plan_draining(plan);
    return plan.actions;
  }
  // Failures change what is right to start: look again once they are in the rows.
  if (std::ranges::any_of(plan.actions, [](const auto& action) { return std::holds_alternative<CountFailure>(action); })) {
    return plan.actions;
  }
  if (starts_well_again(view)) plan.add(ClearStartFailures{});
  retire_empty(plan);
  if (view.deployment) {
    stop_rebalancing(plan);
    plan_deployment(plan);
  } else {
    plan_idle(plan);
  }
  bool steady = is_steady(view);
  if (steady != view.service->steady) plan.add(SetSteady{steady});
  return plan.actions;
}

}  // namespace roadstead
