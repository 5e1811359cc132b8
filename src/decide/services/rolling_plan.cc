// Rolling replacement within minimumHealthyPercent and maximumPercent. Source: reference/ecs-core.md §4.2.
#include <algorithm>

#include "decide/services/plan_parts.h"
#include "decide/services/protection.h"

namespace roadstead {

namespace {

/// The active tasks of the old revisions in the order they may go: unhealthy first, then the oldest revision's.
std::vector<const ServiceTask*> old_tasks(const ServiceView& view, Instant now) {
  std::vector<const ServiceTask*> tasks;
  for (bool healthy : {false, true}) {
    for (auto revision = view.revisions.rbegin(); revision != view.revisions.rend(); ++revision) {
      if (&*revision == &view.primary()) continue;
      for (const auto& task : revision->tasks) {
        if (task.active() && !is_protected(*task.row, now) && task.healthy == healthy) tasks.push_back(&task);
      }
    }
  }
  return tasks;
}

/// Whether all that runs runs well and nothing comes or goes, so that nothing will change by itself.
bool is_at_rest(const ServiceView& view) {
  return std::ranges::all_of(view.revisions, [](const RevisionView& revision) {
    return std::ranges::all_of(revision.tasks, [](const ServiceTask& task) { return task.active() && task.healthy && !task.leaving; });
  });
}

bool changes_tasks(const ServicePlan& plan) {
  return std::ranges::any_of(plan.actions, [](const ServiceAction& action) {
    return std::holds_alternative<StartTasks>(action) || std::holds_alternative<StopTasks>(action);
  });
}

}  // namespace

void plan_rolling(ServicePlan& plan) {
  const auto& view = plan.view;
  if (view.daemon) return plan_daemon(plan);
  int desired = view.service->desired_count;
  auto bounds = task_bounds(*view.service);
  // One task is always allowed: a percentage of so few that it comes to none would stop the service for good.
  int highest = std::max(bounds.highest, 1);
  keep_tasks(plan, view.primary(), desired, std::min(highest - present_count(view), desired));
  // What goes already, because it fails or its instance is drained, is neither healthy nor too many any more.
  int going = static_cast<int>(stopped_by(plan).size());
  int primary_active = view.primary().active_count() - going;
  int healthy = healthy_left(plan);
  int surplus = -desired - going;
  for (const auto& revision : view.revisions) surplus += revision.active_count();
  StopTasks stop{{}, scaling_reason(view)};
  for (const auto* task : old_tasks(view, plan.now)) {
    bool below = task->healthy && healthy - 1 < bounds.lowest;
    if (below) continue;
    // An old task makes room for a new one only while new ones are missing, else it goes because it is too many.
    bool makes_room = primary_active + static_cast<int>(stop.task_arns.size()) < desired && present_count(view) >= highest;
    bool replaced = surplus > 0 && (view.primary().healthy_count() >= desired || !task->healthy || healthy > bounds.lowest);
    if (!makes_room && !replaced) continue;
    stop.task_arns.push_back(task->row->task_arn);
    --surplus;
    if (task->healthy) --healthy;
  }
  for (const auto& revision : view.revisions) {
    bool is_in_the_way = &revision != &view.primary() && view.primary().healthy_count() >= desired;
    if (is_in_the_way) wait_for_protected(plan, revision);
  }
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
  // Without room for a new task, and with old ones that may not go.
  bool is_stuck = !old_tasks(view, plan.now).empty() && view.primary().active_count() < desired && present_count(view) >= highest;
  if (is_stuck && is_at_rest(view) && !changes_tasks(plan)) plan.add(SayBlockedByConfiguration{});
}

}  // namespace roadstead
