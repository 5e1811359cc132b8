#include "decide/services/plan_parts.h"

#include <algorithm>
#include <map>

#include "base/text/text.h"
#include "decide/services/protection.h"
#include "decide/services/service_plan.h"

namespace roadstead {

namespace {

using std::chrono::seconds;

/// A task that lived shorter than this and ended by itself slows down its replacement: a crash loop must not spin.
constexpr auto short_life = seconds(10);

bool deploys(const ServiceView& view, const TaskRow& task) {
  return view.deployment && view.deployment->status == ecs::ServiceDeploymentStatus::in_progress &&
         task.revision_arn == view.deployment->target_revision_arn;
}

/// The tasks to stop first: those that do not run yet, then unhealthy ones, then the oldest.
std::vector<const ServiceTask*> stop_order(const RevisionView& revision, Instant now) {
  std::vector<const ServiceTask*> order;
  for (const auto& task : revision.tasks) {
    if (task.active() && !is_protected(*task.row, now)) order.push_back(&task);
  }
  // The tasks stand in the view by age, so their place there settles ties.
  std::ranges::sort(order, {}, [](const ServiceTask* task) {
    return std::tuple(task->healthy, task->row->last_status == TaskStatus::running, task);
  });
  return order;
}

/// How crowded the places are where tasks stand: by the position of a strategy, the number of tasks for each value.
using Crowds = std::vector<std::map<std::string_view, int>>;

Crowds crowds_of(const std::vector<const ServiceTask*>& tasks) {
  Crowds crowds;
  for (const auto* task : tasks) {
    crowds.resize(std::max(crowds.size(), task->spread.size()));
    for (std::size_t i = 0; i < task->spread.size(); ++i) ++crowds[i][task->spread[i]];
  }
  return crowds;
}

/// Whether `a` stands where more tasks are than where `b` does, by the first strategy that tells them apart.
bool is_more_crowded(const Crowds& crowds, const ServiceTask& a, const ServiceTask& b) {
  for (std::size_t i = 0; i < std::min(a.spread.size(), b.spread.size()); ++i) {
    int of_a = crowds[i].at(a.spread[i]);
    int of_b = crowds[i].at(b.spread[i]);
    if (of_a != of_b) return of_a > of_b;
  }
  return false;
}

/// The first `count` tasks to stop so that those that stay are spread as evenly as can be. What is unhealthy or does not run
/// yet goes before that. `order` is by age otherwise.
std::vector<const ServiceTask*> evenly(std::vector<const ServiceTask*> order, std::size_t count) {
  auto crowds = crowds_of(order);
  if (crowds.empty()) return order;
  auto rank = [](const ServiceTask* task) { return std::pair(task->healthy, task->row->last_status == TaskStatus::running); };
  for (std::size_t next = 0; next < std::min(count, order.size()); ++next) {
    auto best = order.begin() + static_cast<std::ptrdiff_t>(next);
    for (auto other = best + 1; other != order.end() && rank(*other) == rank(order[next]); ++other) {
      if (is_more_crowded(crowds, **other, **best)) best = other;
    }
    for (std::size_t i = 0; i < (*best)->spread.size(); ++i) --crowds[i][(*best)->spread[i]];
    std::rotate(order.begin() + static_cast<std::ptrdiff_t>(next), best, best + 1);
  }
  return order;
}

bool ended_by_itself(const TaskRow& task) {
  return task.stop_code == ecs::TaskStopCode::task_failed_to_start ||
         task.stop_code == ecs::TaskStopCode::essential_container_exited;
}

/// The container that brought a task down: one that failed, else one that ended well although it was not to end.
const TaskContainer* culprit_of(const TaskRow& task) {
  const TaskContainer* culprit = nullptr;
  for (const auto& container : task.containers) {
    if (!container.essential) continue;
    if (container.reason || container.exit_code.value_or(0) != 0) return &container;
    if (container.exit_code && culprit == nullptr) culprit = &container;
  }
  return culprit;
}

/// Why a task ended, with what is known of the container that brought it down and is not said yet.
std::string failure_of(const TaskRow& task) {
  auto text = task.stopped_reason.value_or("it ended");
  const auto* culprit = culprit_of(task);
  if (culprit == nullptr) return text;
  bool said = culprit->reason && text.find(*culprit->reason) != std::string::npos;
  text += cat(" (container ", culprit->name);
  if (culprit->exit_code) text += cat(", exit code ", *culprit->exit_code);
  if (culprit->reason && !said) text += cat(", ", *culprit->reason);
  return text + ')';
}

/// Whether the failures that are certain, but not all counted yet, end the deployment: then no further task is tried.
bool breaker_is_about_to_trip(const ServicePlan& plan, const RevisionView& revision) {
  const auto& deployment = plan.view.deployment;
  if (!deployment || !deployment->deployment_configuration) return false;
  const auto& breaker = deployment->deployment_configuration->deployment_circuit_breaker;
  if (!breaker || !breaker->enable) return false;
  auto is_lost = [&](const ServiceTask& task) {
    if (!deploys(plan.view, *task.row) || task.gone()) return false;
    return task.active() ? task.failing : ended_by_itself(*task.row);
  };
  auto lost = static_cast<int>(std::ranges::count_if(revision.tasks, is_lost));
  return lost > 0 && deployment->failure_count + lost >= breaker_threshold(plan.view.service->desired_count);
}

/// Stops the tasks on drained instances: at once while they do not run, else as long as enough healthy ones are left.
void stop_leaving(ServicePlan& plan, const RevisionView& revision) {
  StopTasks stop{{}, "The container instance of the task is draining."};
  // A revision with traffic of its own cannot lean on the tasks of another.
  int healthy = healthy_left(plan, revision.row->target_group_arn ? &revision : nullptr);
  int spare = healthy - task_bounds(*plan.view.service).lowest;
  for (const auto* task : stop_order(revision, plan.now)) {
    if (!task->leaving || task->failing) continue;
    if (task->row->last_status == TaskStatus::running && spare-- <= 0) continue;
    stop.task_arns.push_back(task->row->task_arn);
  }
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
}

}  // namespace

std::vector<std::string> stopped_by(const ServicePlan& plan) {
  std::vector<std::string> stopped;
  for (const auto& action : plan.actions) {
    const auto* stop = std::get_if<StopTasks>(&action);
    if (stop != nullptr) stopped.insert(stopped.end(), stop->task_arns.begin(), stop->task_arns.end());
  }
  return stopped;
}

int healthy_left(const ServicePlan& plan, const RevisionView* only) {
  auto stopped = stopped_by(plan);
  int left = only != nullptr ? only->healthy_count() : healthy_count(plan.view);
  for (const auto& revision : plan.view.revisions) {
    if (only != nullptr && &revision != only) continue;
    for (const auto& task : revision.tasks) {
      if (task.healthy && std::ranges::find(stopped, task.row->task_arn) != stopped.end()) --left;
    }
  }
  return left;
}

void start_missing(ServicePlan& plan, const RevisionView& revision, int missing, std::vector<std::string> nodes) {
  if (breaker_is_about_to_trip(plan, revision)) return;
  const auto& next_start = plan.view.service->next_start_at;
  if (next_start && plan.now < *next_start) {
    plan.wake_at(*next_start);
    return;
  }
  // After failures tasks are tried one at a time until one runs.
  if (plan.view.service->start_failures > 0) {
    auto waits = [](const ServiceTask& task) {
      return task.active() && task.row->last_status < TaskStatus::running;
    };
    if (std::ranges::any_of(revision.tasks, waits)) return;
    missing = 1;
    if (!nodes.empty()) nodes.resize(1);
  }
  for (const auto& task : revision.tasks) {
    if (task.failing && task.active()) plan.add(SayUnhealthy{task.row->task_arn, task.failing_reason});
  }
  plan.add(StartTasks{revision.row->service_revision_arn, missing, std::move(nodes)});
}

void replace_failing(ServicePlan& plan, const RevisionView& revision, int healthy, int wanted, bool no_room) {
  for (const auto& task : revision.tasks) {
    if (!task.failing || !task.active()) continue;
    // Its replacement is up, or there is no room for one: it goes.
    if (healthy < wanted && !no_room && !deploys(plan.view, *task.row)) continue;
    if (deploys(plan.view, *task.row)) {
      auto detail = task.failing_detail.empty() ? std::string() : cat(": ", task.failing_detail);
      plan.add(CountFailure{task.row->task_arn, false, true, cat(task.failing_reason, detail)});
    }
    plan.add(SayUnhealthy{task.row->task_arn, task.failing_reason});
    plan.add(StopTasks{{task.row->task_arn}, task.failing_reason});
    return;
  }
}

std::string scaling_reason(const ServiceView& view) {
  return cat("Scaling activity initiated by (deployment ", view.primary().row->deployment_id, ")");
}

void wait_for_protected(ServicePlan& plan, const RevisionView& revision) {
  bool waits = false;
  for (const auto& task : revision.tasks) {
    if (!task.active() || !is_protected(*task.row, plan.now)) continue;
    waits = true;
    if (task.row->protection_expires_at) plan.wake_at(*task.row->protection_expires_at);
  }
  if (waits) plan.add(SayBlockedByProtection{revision.row->deployment_id});
}

void stop_surplus(ServicePlan& plan, const RevisionView& revision, int surplus) {
  StopTasks stop{{}, scaling_reason(plan.view)};
  auto order = stop_order(revision, plan.now);
  std::erase_if(order, [](const ServiceTask* task) { return task->failing || task->leaving; });
  if (surplus > 0) order = evenly(std::move(order), static_cast<std::size_t>(surplus));
  for (const auto* task : order) {
    if (static_cast<int>(stop.task_arns.size()) >= surplus) break;
    stop.task_arns.push_back(task->row->task_arn);
  }
  if (static_cast<int>(stop.task_arns.size()) < surplus) wait_for_protected(plan, revision);
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
}

void keep_tasks(ServicePlan& plan, const RevisionView& revision, int wanted, int room) {
  int good = 0;
  int healthy = revision.healthy_count();
  for (const auto& task : revision.tasks) {
    if (task.active() && !task.failing && !task.leaving) ++good;
    if (task.changes_at) plan.wake_at(*task.changes_at);
  }
  int missing = std::min(wanted - good, room);
  if (missing > 0) start_missing(plan, revision, missing);
  stop_surplus(plan, revision, good - wanted);
  replace_failing(plan, revision, healthy, wanted, room <= 0);
  stop_leaving(plan, revision);
}

void stop_all(ServicePlan& plan, const RevisionView& revision, bool protected_too) {
  StopTasks stop{{}, scaling_reason(plan.view)};
  for (const auto& task : revision.tasks) {
    bool spared = !protected_too && is_protected(*task.row, plan.now);
    if (task.active() && !spared) stop.task_arns.push_back(task.row->task_arn);
  }
  if (!protected_too) wait_for_protected(plan, revision);
  if (!stop.task_arns.empty()) plan.add(std::move(stop));
}

void settle_stopped_tasks(ServicePlan& plan) {
  for (const auto& revision : plan.view.revisions) {
    for (const auto& task : revision.tasks) {
      if (!task.gone()) continue;
      const auto& row = *task.row;
      if (!ended_by_itself(row)) {
        plan.add(ForgetTask{row.task_arn});
        continue;
      }
      auto lived = row.started_at ? row.stopped_at.value_or(plan.now) - *row.started_at : Duration(0);
      plan.add(CountFailure{row.task_arn, !row.started_at || lived < short_life, deploys(plan.view, row), failure_of(row)});
    }
  }
}

TaskBounds task_bounds(const ServiceRow& service) {
  int minimum = 100;
  int maximum = 200;
  if (service.deployment_configuration) {
    minimum = service.deployment_configuration->minimum_healthy_percent.value_or(minimum);
    maximum = service.deployment_configuration->maximum_percent.value_or(maximum);
  }
  int desired = service.desired_count;
  return {(desired * minimum + 99) / 100, desired * maximum / 100};
}

int present_count(const ServiceView& view) {
  int count = 0;
  for (const auto& revision : view.revisions) count += revision.present_count();
  return count;
}

int healthy_count(const ServiceView& view) {
  int count = 0;
  for (const auto& revision : view.revisions) count += revision.healthy_count();
  return count;
}

int breaker_threshold(int desired_count) { return std::clamp((desired_count + 1) / 2, 3, 200); }

Duration start_delay(int failures) {
  if (failures <= 1) return Duration(0);
  return std::min<Duration>(seconds(900), seconds(1LL << std::min(failures - 2, 10)));
}

}  // namespace roadstead
