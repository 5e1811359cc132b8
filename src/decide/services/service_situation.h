// A service written down by hand for tests of its planner: the view, and what each action does to it.
//
// `plan` asks the planner; `apply` plays the rows, the nodes and the proxy in the simplest way there is. What really
// happens to rows is in service_reconcile.cc and is proved by test/sim. Test code only; one thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text/text.h"
#include "decide/services/plan_parts.h"
#include "decide/services/service_plan.h"

namespace roadstead {

class ServiceSituation {
 public:
  explicit ServiceSituation(int desired, int minimum = 100, int maximum = 200) {
    ServiceRow row{.service_arn = "svc", .service_name = "web", .cluster_arn = "c", .status = "ACTIVE"};
    row.desired_count = desired;
    row.deployment_configuration = ecs::DeploymentConfiguration{};
    row.deployment_configuration->minimum_healthy_percent = minimum;
    row.deployment_configuration->maximum_percent = maximum;
    row.deployment_configuration->deployment_circuit_breaker =
        ecs::DeploymentCircuitBreaker{.enable = true, .rollback = true};
    view.service = std::make_shared<const ServiceRow>(row);
  }

  ecs::DeploymentConfiguration configuration() const { return *view.service->deployment_configuration; }

  template <class F>
  void edit_service(F&& change) {
    ServiceRow row = *view.service;
    change(row);
    view.service = std::make_shared<const ServiceRow>(std::move(row));
  }

  template <class F>
  void edit_deployment(F&& change) {
    ServiceDeploymentRow row = *view.deployment;
    change(row);
    view.deployment = std::make_shared<const ServiceDeploymentRow>(std::move(row));
  }

  template <class F>
  static void edit_revision(RevisionView& revision, F&& change) {
    ServiceRevisionRow row = *revision.row;
    change(row);
    revision.row = std::make_shared<const ServiceRevisionRow>(std::move(row));
  }

  template <class F>
  static void edit_task(ServiceTask& task, F&& change) {
    TaskRow row = *task.row;
    change(row);
    task.row = std::make_shared<const TaskRow>(std::move(row));
  }

  /// A new PRIMARY revision and a deployment to it, as start_deployment makes them.
  void deploy(const std::string& name, std::string target_group = {}) {
    for (auto& old : view.revisions) {
      edit_revision(old, [](auto& row) { row.deployment_status = "ACTIVE"; });
    }
    std::erase_if(view.revisions, [&](const RevisionView& old) {
      return old.present_count() == 0 && old.row->service_revision_arn != view.service->completed_revision_arn;
    });
    ServiceRevisionRow row{.service_revision_arn = name, .service_arn = "svc", .deployment_id = cat("ecs-svc/", name)};
    row.deployment_status = "PRIMARY";
    row.rollout_state = "IN_PROGRESS";
    row.created_at = now;
    if (!target_group.empty()) row.target_group_arn = target_group;
    view.revisions.insert(view.revisions.begin(), RevisionView{.row = std::make_shared<const ServiceRevisionRow>(row)});
    ServiceDeploymentRow deployment{.service_deployment_arn = cat("deployment-", name), .service_arn = "svc"};
    deployment.target_revision_arn = name;
    deployment.status = ecs::ServiceDeploymentStatus::pending;
    deployment.deployment_configuration = view.service->deployment_configuration;
    deployment.created_at = now;
    view.deployment = std::make_shared<const ServiceDeploymentRow>(deployment);
    edit_service([&](auto& changed) {
      changed.primary_revision_arn = name;
      changed.start_failures = 0;
      changed.next_start_at.reset();
    });
    ended.reset();
  }

  /// A service whose revision "a" runs well.
  void settle_first(std::string target_group = {}) {
    deploy("a", std::move(target_group));
    finish();
    ASSERT_TRUE(ended);
    ASSERT_EQ(*ended, ecs::ServiceDeploymentStatus::successful);
  }

  std::vector<ServiceAction> plan() const { return plan_service(view, now); }

  /// Plans and applies until nothing is left to do at this time. False when it does not come to rest.
  bool settle() {
    for (int round = 0; round < 200; ++round) {
      bool acted = false;
      for (const auto& action : plan()) {
        bool idle = std::holds_alternative<WakeAt>(action) || std::holds_alternative<SayBlockedByProtection>(action) ||
                    std::holds_alternative<SayBlockedByConfiguration>(action);
        if (!idle) acted = true;
        apply(action);
      }
      most_present = std::max(most_present, present_count(view));
      least_healthy = std::min(least_healthy, healthy_count(view));
      if (!acted) return true;
    }
    return false;
  }

  /// Nodes and proxy do their part: what is to stop has stopped, what waits runs and is healthy (or fails to start).
  /// True when anything moved.
  bool nodes_act() {
    bool moved = false;
    for (auto& revision : view.revisions) {
      bool breaks = broken.contains(revision.row->service_revision_arn);
      for (auto& task : revision.tasks) moved = node_acts(task, breaks) || moved;
    }
    return moved;
  }

  /// Lets everything go on, moving the clock to each wake-up, until all is quiet or `longest` has passed.
  void finish(Duration longest = std::chrono::hours(2)) {
    auto deadline = now + longest;
    while (now < deadline) {
      ASSERT_TRUE(settle());
      if (nodes_act()) continue;
      auto next = wake();
      if (!next) return;
      now = std::min(*next, deadline);
    }
  }

  std::optional<Instant> wake() const {
    std::optional<Instant> earliest;
    for (const auto& action : plan()) {
      if (const auto* at = std::get_if<WakeAt>(&action); at && (!earliest || at->at < *earliest)) earliest = at->at;
    }
    return earliest;
  }

  void answer_hook(const std::string& id, ecs::DeploymentLifecycleHookStatus status) {
    edit_deployment([&](auto& row) { std::ranges::find(row.hooks, id, &DeploymentHook::hook_id)->status = status; });
  }

  void apply(const ServiceAction& action) { std::visit([this](const auto& one) { act(one); }, action); }

  RevisionView& revision(const std::string& name) {
    auto found = std::ranges::find(view.revisions, name, [](const auto& one) { return one.row->service_revision_arn; });
    CHECK(found != view.revisions.end(), "tests name revisions that are there");
    return *found;
  }

  ServiceView view;
  Instant now = Instant::from_seconds(1000);
  /// Revisions whose tasks fail to start.
  std::map<std::string, bool> broken;
  /// How the last deployment ended.
  std::optional<ecs::ServiceDeploymentStatus> ended;
  /// Percent of traffic on the primary revision, each change.
  std::vector<double> shifts;
  int started = 0;
  int blocked_said = 0;
  int stuck_said = 0;
  int most_present = 0;
  int least_healthy = 1'000'000;

 private:
  ServiceTask* find(const std::string& arn) {
    for (auto& revision : view.revisions) {
      for (auto& task : revision.tasks) {
        if (task.row->task_arn == arn) return &task;
      }
    }
    return nullptr;
  }

  void forget(const std::string& arn) {
    for (auto& revision : view.revisions) {
      std::erase_if(revision.tasks, [&](const ServiceTask& task) { return task.row->task_arn == arn; });
    }
  }

  bool node_acts(ServiceTask& task, bool breaks) {
    if (task.gone()) return false;
    if (task.row->desired_status == DesiredStatus::stopped) {
      edit_task(task, [&](auto& row) {
        row.last_status = TaskStatus::stopped;
        row.stopped_at = now;
      });
      return true;
    }
    if (task.row->last_status != TaskStatus::pending) return false;
    edit_task(task, [&](auto& row) {
      row.last_status = breaks ? TaskStatus::stopped : TaskStatus::running;
      if (breaks) {
        row.stop_code = ecs::TaskStopCode::task_failed_to_start;
        row.desired_status = DesiredStatus::stopped;
        row.stopped_at = now;
      } else {
        row.started_at = now;
      }
    });
    task.healthy = !breaks;
    return true;
  }

  void act(const StartTasks& action) {
    for (int i = 0; i < action.count; ++i) {
      TaskRow row{.task_arn = cat("task-", ++started), .revision_arn = action.revision_arn};
      row.desired_status = DesiredStatus::running;
      row.last_status = TaskStatus::pending;
      row.created_at = now;
      if (!action.node_ids.empty()) row.node_id = action.node_ids[static_cast<std::size_t>(i)];
      revision(action.revision_arn).tasks.push_back({.row = std::make_shared<const TaskRow>(row), .zone = action.zone});
    }
  }

  void act(const StopTasks& action) {
    for (const auto& arn : action.task_arns) {
      auto* task = find(arn);
      ASSERT_NE(task, nullptr);
      edit_task(*task, [&](auto& row) {
        row.desired_status = DesiredStatus::stopped;
        row.stop_code = ecs::TaskStopCode::service_scheduler_initiated;
      });
      task->healthy = false;
      task->failing = false;
    }
  }

  void act(const CountFailure& action) {
    if (action.in_deployment) edit_deployment([](auto& row) { ++row.failure_count; });
    if (find(action.task_arn)->gone()) forget(action.task_arn);
    if (!action.never_ran) return;
    edit_service([&](auto& row) {
      ++row.start_failures;
      row.next_start_at = now + start_delay(row.start_failures);
    });
  }

  void act(const SayBlockedByProtection&) { ++blocked_said; }

  void act(const SayBlockedByConfiguration&) { ++stuck_said; }

  void act(const SayUnhealthy&) {}

  void act(const RetireRevision& action) {
    std::erase_if(view.revisions, [&](const RevisionView& one) { return one.row->service_revision_arn == action.revision_arn; });
  }

  void act(const ForgetTask& action) { forget(action.task_arn); }

  void act(const ClearStartFailures&) {
    edit_service([](auto& row) {
      row.start_failures = 0;
      row.next_start_at.reset();
    });
  }

  void act(const EnterStage& action) {
    stages.push_back(action.stage);
    edit_deployment([&](auto& row) {
      row.status = ecs::ServiceDeploymentStatus::in_progress;
      row.lifecycle_stage = action.stage;
      row.stage_started_at = now;
    });
    if (action.stage != ecs::ServiceDeploymentLifecycleStage::clean_up) return;
    edit_service([&](auto& row) { row.completed_revision_arn = view.primary().row->service_revision_arn; });
  }

  void act(const OpenHooks& action) {
    edit_deployment([&](auto& row) {
      for (auto hook : action.hooks) {
        hook.hook_id = cat("hook-", row.hooks.size() + 1);
        row.hooks.push_back(std::move(hook));
      }
    });
  }

  void act(const EndHook& action) { answer_hook(action.hook_id, action.status); }

  void act(const ShiftTraffic& action) {
    shifts.push_back(action.percent);
    edit_deployment([&](auto& row) {
      row.production_weight = action.percent;
      row.traffic_step = action.step;
      if (row.lifecycle_stage == ecs::ServiceDeploymentLifecycleStage::production_traffic_shift) {
        row.stage_started_at = now;
      }
    });
  }

  void end(ecs::ServiceDeploymentStatus status) {
    ended = status;
    view.deployment.reset();
  }

  void complete() {
    view.revisions.erase(view.revisions.begin() + 1, view.revisions.end());
    edit_revision(view.revisions.front(), [](auto& row) { row.rollout_state = "COMPLETED"; });
  }

  void act(const CompleteDeployment&) {
    complete();
    edit_service([&](auto& row) { row.completed_revision_arn = view.primary().row->service_revision_arn; });
    end(ecs::ServiceDeploymentStatus::successful);
  }

  void act(const BeginRollback& action) {
    rollback_reason = action.reason;
    edit_revision(view.revisions.front(), [](auto& row) { row.rollout_state = "FAILED"; });
    auto target = std::ranges::find(view.revisions, action.revision_arn,
                                    [](const auto& one) { return one.row->service_revision_arn; });
    std::rotate(view.revisions.begin(), target, target + 1);
    edit_revision(view.revisions.front(), [](auto& row) { row.rollout_state = "IN_PROGRESS"; });
    edit_deployment([&](auto& row) {
      row.status = ecs::ServiceDeploymentStatus::rollback_in_progress;
      row.stage_started_at = now;
      row.production_weight = 100 - row.production_weight;
    });
    edit_service([&](auto& row) {
      row.primary_revision_arn = action.revision_arn;
      row.start_failures = 0;
      row.next_start_at.reset();
    });
  }

  void act(const FinishRollback&) {
    complete();
    end(ecs::ServiceDeploymentStatus::rollback_successful);
  }

  void act(const FailDeployment& action) {
    edit_revision(view.revisions.front(), [](auto& row) { row.rollout_state = "FAILED"; });
    fail_reason = action.reason;
    end(action.status);
  }

  void act(const SetSteady& action) {
    edit_service([&](auto& row) { row.steady = action.steady; });
  }

  void act(const SetRebalancing& action) {
    said.push_back(action.text);
    edit_service([&](auto& row) { row.rebalancing = action.under_way; });
  }

  void act(const Inactivate&) {
    edit_service([](auto& row) { row.status = "INACTIVE"; });
  }

  void act(const WakeAt&) {}

 public:
  std::vector<ecs::ServiceDeploymentLifecycleStage> stages;
  std::string rollback_reason;
  std::vector<std::string> said;
  std::string fail_reason;
};

}  // namespace roadstead
