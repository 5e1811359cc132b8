// DAEMON scheduling: one task on each instance that takes it. At most one task of the service is on an instance at a time, so
// an old one goes before its replacement comes. Source: reference/ecs-core.md §4.3, §5.7.
#include <algorithm>
#include <set>

#include "decide/services/plan_parts.h"
#include "decide/services/protection.h"

namespace roadstead {

namespace {

/// How often a task that is to be the last on its instance looks whether it is.
constexpr auto look_again_after = std::chrono::seconds(30);

bool may_stop(const ServicePlan& plan, const ServiceTask& task) { return task.active() && !is_protected(*task.row, plan.now); }

/// Stops what a newer revision replaces, unhealthy ones first, as long as enough healthy ones are left.
void replace_old(ServicePlan& plan) {
  const auto& view = plan.view;
  int healthy = healthy_count(view);
  // One may always go: a percentage that keeps each task of so few would stop the deployment for good.
  int lowest = std::min(task_bounds(*view.service).lowest, std::max(view.service->desired_count - 1, 0));
  StopTasks stop{{}, scaling_reason(view)};
  for (bool healthy_ones : {false, true}) {
    for (const auto& revision : view.revisions) {
      if (&revision == &view.primary()) continue;
      for (const auto& task : revision.tasks) {
        if (!may_stop(plan, task) || task.leaving || task.healthy != healthy_ones) continue;
        if (task.healthy && --healthy < lowest) continue;
        stop.task_arns.push_back(task.row->task_arn);
      }
    }
  }
  for (const auto& revision : view.revisions) {
    if (&revision != &view.primary()) wait_for_protected(plan, revision);
  }
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
}

/// The nodes on which nothing of the service is left, not even something that stops.
std::vector<std::string> free_nodes(const ServiceView& view) {
  std::set<std::string> taken;
  for (const auto& revision : view.revisions) {
    for (const auto& task : revision.tasks) {
      if (!task.gone() && task.row->node_id) taken.insert(*task.row->node_id);
    }
  }
  std::vector<std::string> nodes;
  for (const auto& node : *view.daemon) {
    if (node.connected && !taken.contains(node.node_id)) nodes.push_back(node.node_id);
  }
  return nodes;
}

}  // namespace

void stop_misplaced(ServicePlan& plan) {
  StopTasks stop{{}, "The container instance of the task no longer takes tasks of the service."};
  for (const auto& revision : plan.view.revisions) {
    for (const auto& task : revision.tasks) {
      if (!task.leaving || !may_stop(plan, task)) continue;
      if (task.waits_for_others) {
        plan.wake_at(plan.now + look_again_after);
      } else {
        stop.task_arns.push_back(task.row->task_arn);
      }
    }
  }
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
}

void plan_daemon(ServicePlan& plan) {
  const auto& view = plan.view;
  for (const auto& task : view.primary().tasks) {
    if (task.changes_at) plan.wake_at(*task.changes_at);
  }
  stop_misplaced(plan);
  replace_old(plan);
  replace_failing(plan, view.primary(), view.primary().healthy_count(), view.service->desired_count, true);
  auto nodes = free_nodes(view);
  auto missing = static_cast<int>(nodes.size());
  if (missing > 0) start_missing(plan, view.primary(), missing, std::move(nodes));
}

}  // namespace roadstead
