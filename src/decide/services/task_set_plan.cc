#include "decide/services/task_set_plan.h"

#include <algorithm>
#include <cmath>

#include "decide/services/plan_parts.h"

namespace roadstead {

bool is_external(const ServiceRow& service) {
  return service.deployment_controller && service.deployment_controller->type == ecs::DeploymentControllerType::external;
}

int wanted_tasks(const ServiceRow& service, const TaskSetRow& set) {
  if (set.status == "DRAINING" || service.status != "ACTIVE") return 0;
  return static_cast<int>(std::ceil(service.desired_count * set.scale / 100));
}

std::vector<ServiceAction> plan_task_set(const ServiceView& view, const TaskSetRow& set, Instant now) {
  ServicePlan plan{view, now};
  settle_stopped_tasks(plan);
  // Failures change what is right to start: look again once they are in the rows.
  if (std::ranges::any_of(plan.actions, [](const auto& action) { return std::holds_alternative<CountFailure>(action); })) {
    return plan.actions;
  }
  int wanted = wanted_tasks(*view.service, set);
  if (set.status == "DRAINING" || view.service->status != "ACTIVE") {
    stop_all(plan, view.primary(), true);
  } else {
    keep_tasks(plan, view.primary(), wanted, 2 * wanted - view.primary().present_count());
  }
  return plan.actions;
}

bool is_stable(const ServiceView& view, const TaskSetRow& set) {
  int wanted = wanted_tasks(*view.service, set);
  if (std::ranges::any_of(view.primary().tasks, &ServiceTask::leaving)) return false;
  return view.primary().present_count() == wanted && view.primary().healthy_count() == wanted;
}

}  // namespace roadstead
