#include "decide/services/service_reconcile.h"

#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/express/express_resources.h"
#include "decide/services/plan_parts.h"
#include "decide/services/service_events.h"
#include "decide/services/service_places.h"
#include "decide/services/service_plan.h"
#include "decide/services/task_set_plan.h"
#include "decide/tasks/new_task.h"

namespace roadstead {

namespace {

using std::chrono::hours;
using std::chrono::seconds;
using DeploymentStatus = ecs::ServiceDeploymentStatus;

/// How long an INACTIVE service stays readable (reference/express-mode.md §4 asks for an hour at least).
constexpr auto inactive_service_kept = hours(1);
/// When to try again after no place was found for a task.
constexpr auto place_again_after = seconds(5);
/// The same for a task that would only stand better elsewhere.
constexpr auto rebalance_again_after = seconds(60);
/// The random part of a hook's id (reference/ecs-core.md §1.2).
constexpr int hook_id_length = 43;

/// Applies actions to one service; remembers the earliest wake-up.
class ServiceChange {
 public:
  ServiceChange(Tx& tx, const ServiceView& view) : tx_(tx), view_(view), arn_(view.service->service_arn) {}

  void operator()(const StartTasks& action);
  void operator()(const StopTasks& action);
  void operator()(const CountFailure& action);
  void operator()(const ForgetTask& action);
  void operator()(const ClearStartFailures& action);
  void operator()(const EnterStage& action);
  void operator()(const OpenHooks& action);
  void operator()(const EndHook& action);
  void operator()(const ShiftTraffic& action);
  void operator()(const CompleteDeployment& action);
  void operator()(const BeginRollback& action);
  void operator()(const FinishRollback& action);
  void operator()(const FailDeployment& action);
  void operator()(const SetSteady& action);
  void operator()(const SetRebalancing& action);
  void operator()(const Inactivate& action);
  void operator()(const RetireRevision& action);
  void operator()(const SayUnhealthy& action);
  void operator()(const SayBlockedByConfiguration& action);
  void operator()(const SayBlockedByProtection& action);

  void operator()(const WakeAt& action) {
    if (!wake_ || action.at < *wake_) wake_ = action.at;
  }

  std::optional<Instant> wake() const { return wake_; }

 private:
  std::shared_ptr<const ServiceRow> service() const { return tx_.find<ServiceRow>(arn_); }

  template <class F>
  void change_deployment(F&& change) {
    if (!view_.deployment) return;
    tx_.update<ServiceDeploymentRow>(view_.deployment->service_deployment_arn, [&](ServiceDeploymentRow& row) {
      change(row);
      row.updated_at = tx_.now();
    });
  }

  template <class F>
  void change_revision(const std::string& arn, F&& change) {
    tx_.update<ServiceRevisionRow>(arn, [&](ServiceRevisionRow& row) {
      change(row);
      row.updated_at = tx_.now();
    });
  }

  NewTask new_task(const ServiceRevisionRow& revision) const;
  void set_weights(const std::string& revision_arn, double percent, const std::string& other_arn);
  void retire_others(const std::string& kept_arn);

  Tx& tx_;
  const ServiceView& view_;
  std::string arn_;
  std::optional<Instant> wake_;
};

/// How an event says what a deployment failed of, by its roll-out's reason.
std::string_view failure_word(std::string_view rollout_reason) {
  if (rollout_reason.find("alarm") != std::string_view::npos) return "alarm detected";
  if (rollout_reason.find("by the user") != std::string_view::npos) return "stopped by the user";
  return "tasks failed to start";
}

std::optional<std::vector<ecs::Tag>> task_tags(const Reader& rows, const ServiceRow& service,
                                                const TaskDefinitionRow& definition) {
  std::vector<ecs::Tag> tags;
  auto source = service.propagate_tags == "SERVICE"           ? service.service_arn
                : service.propagate_tags == "TASK_DEFINITION" ? definition.task_definition_arn
                                                              : std::string();
  if (auto row = source.empty() ? nullptr : rows.find<ResourceTagsRow>(source)) tags = row->tags;
  if (service.enable_ecs_managed_tags) {
    auto cluster = rows.find<ClusterRow>(service.cluster_arn);
    tags.push_back({.key = "aws:ecs:clusterName", .value = cluster ? cluster->cluster_name : ""});
    tags.push_back({.key = "aws:ecs:serviceName", .value = service.service_name});
  }
  if (tags.empty()) return std::nullopt;
  return tags;
}

/// How many wanted tasks of a revision each provider has.
ProviderCounts provider_counts(const Reader& rows, const ServiceRevisionRow& revision) {
  ProviderCounts counts;
  rows.for_each(TaskRowIndex::unsettled_by_revision, revision.service_revision_arn, [&](const TaskRow& task) {
    bool counted = task.desired_status == DesiredStatus::running && task.last_status != TaskStatus::stopped;
    if (counted && task.capacity_provider_name) ++counts[*task.capacity_provider_name];
  });
  return counts;
}

NewTask ServiceChange::new_task(const ServiceRevisionRow& revision) const {
  const auto& service = *view_.service;
  auto definition = tx_.find<TaskDefinitionRow>(revision.task_definition_arn);
  NewTask task{.cluster_arn = service.cluster_arn, .definition = definition};
  task.service_arn = arn_;
  task.revision_arn = revision.service_revision_arn;
  task.group = cat("service:", service.service_name);
  task.started_by = revision.deployment_id;
  task.launch_type = revision.launch_type;
  if (!revision.capacity_provider_strategy.empty()) {
    task.capacity_provider = choose_provider(revision.capacity_provider_strategy, provider_counts(tx_, revision));
    task.launch_type = launch_type_of_provider(*task.capacity_provider);
  }
  task.constraints = service.placement_constraints;
  task.strategies = service.placement_strategy.empty() ? default_service_strategies() : service.placement_strategy;
  task.platform_version = revision.platform_version;
  if (revision.network_configuration) task.network = revision.network_configuration->awsvpc_configuration;
  task.enable_execute_command = service.enable_execute_command;
  task.enable_managed_tags = service.enable_ecs_managed_tags;
  if (definition) task.tags = task_tags(tx_, service, *definition);
  return task;
}

/// What ECS says of the instance that came nearest to having room (§4.5).
std::string_view shortage_text(std::string_view reason) {
  if (reason == "RESOURCE:CPU") return "has insufficient CPU units available";
  if (reason == "RESOURCE:MEMORY") return "has insufficient memory available";
  if (reason == "RESOURCE:PORTS") return "is already using a port required by your task";
  if (reason == "RESOURCE:GPU") return "has insufficient GPU resource available";
  if (reason == "ATTRIBUTE") return "is missing an attribute required by your task";
  return {};
}

std::string unplaced_text(const Error& why, const Placer& placer, bool fargate) {
  if (fargate || why.code == "RESOURCE:ENI") return cat("was unable to place a task. Reason: ", why.code, ": ", why.message, why.message.ends_with('.') ? "" : ".");
  std::string text = "was unable to place a task because no container instance met all of its requirements.";
  auto nearest = std::ranges::find(placer.refusals(), why.code, &PlacementRefusal::reason);
  if (nearest == placer.refusals().end()) {
    text += cat(" Reason: ", why.message);
  } else {
    text += cat(" The closest matching (container-instance ", nearest->instance_arn.substr(nearest->instance_arn.rfind('/') + 1), ") ");
    auto lacks = shortage_text(why.code);
    text += lacks.empty() ? cat("encountered error \"", why.code, "\".") : cat(lacks, '.');
    // ECS leaves one to guess which attribute and which port.
    if (why.code == "ATTRIBUTE" || why.code == "RESOURCE:PORTS") text += cat(' ', why.message);
  }
  return text + " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
}

std::string unplaced_in_zone_text(const std::string& zone, bool fargate) {
  return cat("is unable to place a task in ", zone, fargate ? "." : " because no container instance met all of its requirements.");
}

ecs::PlacementConstraint in_zone(const std::string& zone) {
  ecs::PlacementConstraint constraint;
  constraint.type = ecs::PlacementConstraintType::member_of;
  constraint.expression = cat("attribute:ecs.availability-zone == ", zone);
  return constraint;
}

void ServiceChange::operator()(const StartTasks& action) {
  auto revision = tx_.find<ServiceRevisionRow>(action.revision_arn);
  if (!revision) return;
  std::vector<std::string> started;
  Placer placer(tx_, view_.service->cluster_arn);
  for (int i = 0; i < action.count; ++i) {
    auto description = new_task(*revision);
    if (!action.node_ids.empty()) description.node_id = action.node_ids[static_cast<std::size_t>(i)];
    if (!action.zone.empty()) description.constraints.push_back(in_zone(action.zone));
    if (!description.definition) {
      say(tx_, arn_, "was unable to place a task. Reason: its task definition no longer exists.");
      break;
    }
    bool fargate = description.launch_type == "FARGATE";
    auto task = create_task(tx_, std::move(description), placer);
    if (!task) {
      say(tx_, arn_, action.zone.empty() ? unplaced_text(task.error(), placer, fargate) : unplaced_in_zone_text(action.zone, fargate));
      (*this)(WakeAt{tx_.now() + (action.zone.empty() ? place_again_after : rebalance_again_after)});
      // What one node of a DAEMON service has no room for, another may have.
      if (!action.node_ids.empty()) continue;
      break;
    }
    started.push_back(task.value()->task_id);
  }
  if (started.empty()) return;
  auto why = action.zone.empty() ? std::string() : cat(" in ", action.zone, " to AZ Rebalance");
  say(tx_, arn_, cat("has started ", started.size(), " tasks", why, ": ", task_list_text(started), '.'));
}

void ServiceChange::operator()(const StopTasks& action) {
  std::vector<std::string> stopped;
  for (const auto& arn : action.task_arns) {
    want_stopped(tx_, arn, ecs::TaskStopCode::service_scheduler_initiated, action.reason);
    if (auto task = tx_.find<TaskRow>(arn)) stopped.push_back(task->task_id);
  }
  auto why = action.zone.empty() ? std::string() : cat(" in ", action.zone, " due to AZ rebalancing");
  say(tx_, arn_, cat("has stopped ", stopped.size(), " running tasks", why, ": ", task_list_text(stopped), '.'));
}

void ServiceChange::operator()(const CountFailure& action) {
  auto task = tx_.update<TaskRow>(action.task_arn, [](TaskRow& row) { row.failure_counted = true; });
  if (!task) return;
  if (action.in_deployment) {
    change_deployment([&](ServiceDeploymentRow& row) {
      ++row.failure_count;
      row.last_failure = cat("(task ", task->task_id, ") ", action.reason);
    });
  }
  if (task->revision_arn) change_revision(*task->revision_arn, [](ServiceRevisionRow& row) { ++row.failed_tasks; });
  if (!action.never_ran) return;
  auto service = tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    ++row.start_failures;
    row.next_start_at = tx_.now() + start_delay(row.start_failures);
  });
  if (service->start_failures == 3) {
    say(tx_, arn_,
        "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.");
  }
}

void ServiceChange::operator()(const ForgetTask& action) {
  tx_.update<TaskRow>(action.task_arn, [](TaskRow& row) { row.failure_counted = true; });
}

void ServiceChange::operator()(const ClearStartFailures&) {
  tx_.update<ServiceRow>(arn_, [](ServiceRow& row) {
    row.start_failures = 0;
    row.next_start_at.reset();
  });
}

void ServiceChange::operator()(const EnterStage& action) {
  change_deployment([&](ServiceDeploymentRow& row) {
    if (!row.started_at) row.started_at = tx_.now();
    row.status = DeploymentStatus::in_progress;
    row.lifecycle_stage = action.stage;
    row.stage_started_at = tx_.now();
  });
  if (action.stage != ecs::ServiceDeploymentLifecycleStage::clean_up) return;
  // What serves from here on is where the next deployment starts from, even if it comes before this one has ended.
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    row.completed_revision_arn = view_.primary().row->service_revision_arn;
  });
}

void ServiceChange::operator()(const OpenHooks& action) {
  change_deployment([&](ServiceDeploymentRow& row) {
    for (auto hook : action.hooks) {
      hook.hook_id = cat("ecs-pause-", new_url_safe(tx_.ids(), hook_id_length));
      row.hooks.push_back(std::move(hook));
    }
  });
}

void ServiceChange::operator()(const EndHook& action) {
  change_deployment([&](ServiceDeploymentRow& row) {
    auto hook = std::ranges::find(row.hooks, action.hook_id, &DeploymentHook::hook_id);
    if (hook != row.hooks.end()) hook->status = action.status;
  });
}

void ServiceChange::set_weights(const std::string& revision_arn, double percent, const std::string& other_arn) {
  auto revision = tx_.find<ServiceRevisionRow>(revision_arn);
  auto other = other_arn.empty() ? nullptr : tx_.find<ServiceRevisionRow>(other_arn);
  auto rule_arn = production_rule_of(*view_.service, *revision);
  if (!rule_arn || !revision->target_group_arn) return;
  auto weight = static_cast<std::int32_t>(percent * 10);
  auto other_group = other ? other->target_group_arn : other_target_group(*view_.service, *revision);
  // Both revisions behind one group, after deployments that never came through: it gets all there is.
  bool shared = other && other_group == revision->target_group_arn;
  if (shared) {
    other_group = other_target_group(*view_.service, *revision);
    weight = 1000;
  }
  tx_.update<ListenerRuleRow>(*rule_arn, [&](ListenerRuleRow& rule) {
    rule.action.forward.clear();
    rule.action.forward.push_back({*revision->target_group_arn, other_group ? weight : 1000});
    if (other_group) rule.action.forward.push_back({*other_group, 1000 - weight});
  });
}

void ServiceChange::operator()(const ShiftTraffic& action) {
  const auto& primary = view_.primary().row->service_revision_arn;
  set_weights(primary, action.percent, action.other_revision_arn);
  change_deployment([&](ServiceDeploymentRow& row) {
    row.production_weight = action.percent;
    row.traffic_step = action.step;
    if (row.lifecycle_stage == ecs::ServiceDeploymentLifecycleStage::production_traffic_shift) {
      row.stage_started_at = tx_.now();
    }
  });
}

/// Takes all but one revision out of deployments[]: waiters look for exactly one (reference/ecs-core.md §1.5).
void ServiceChange::retire_others(const std::string& kept_arn) {
  for (const auto& revision : view_.revisions) {
    const auto& arn = revision.row->service_revision_arn;
    if (arn == kept_arn) continue;
    change_revision(arn, [](ServiceRevisionRow& row) { row.deployment_status = "INACTIVE"; });
  }
}

void ServiceChange::operator()(const CompleteDeployment&) {
  const auto& primary = *view_.primary().row;
  retire_others(primary.service_revision_arn);
  change_revision(primary.service_revision_arn, [&](ServiceRevisionRow& row) {
    row.rollout_state = "COMPLETED";
    row.rollout_state_reason = cat("ECS deployment ", row.deployment_id, " completed.");
  });
  change_deployment([&](ServiceDeploymentRow& row) {
    if (!row.started_at) row.started_at = tx_.now();
    row.status = DeploymentStatus::successful;
    row.finished_at = tx_.now();
    row.production_weight = 100;
    row.lifecycle_stage.reset();
  });
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    row.completed_revision_arn = primary.service_revision_arn;
    row.current_deployment_arn.reset();
  });
  close_unused_ports(tx_, arn_);
  say(tx_, arn_, cat("(deployment ", primary.deployment_id, ") deployment completed."));
}

void ServiceChange::operator()(const BeginRollback& action) {
  const auto& failed = *view_.primary().row;
  auto target = tx_.find<ServiceRevisionRow>(action.revision_arn);
  change_revision(failed.service_revision_arn, [&](ServiceRevisionRow& row) {
    row.deployment_status = "ACTIVE";
    row.rollout_state = "FAILED";
    row.rollout_state_reason = action.rollout_reason;
  });
  change_revision(action.revision_arn, [&](ServiceRevisionRow& row) {
    row.deployment_status = "PRIMARY";
    row.rollout_state = "IN_PROGRESS";
    bool by_breaker = action.rollout_reason.find("circuit breaker") != std::string::npos;
    row.rollout_state_reason = cat("ECS deployment ", by_breaker ? "circuit breaker" : "failed",
                                   ": rolling back to deploymentId ", row.deployment_id, '.');
  });
  change_deployment([&](ServiceDeploymentRow& row) {
    row.status = DeploymentStatus::rollback_in_progress;
    row.status_reason = action.reason;
    row.breaker_triggered = action.reason.find("circuit breaker") != std::string::npos;
    row.triggered_alarm_names = view_.alarms;
    row.rollback = ecs::Rollback{
        .reason = action.reason, .started_at = tx_.now(), .service_revision_arn = action.revision_arn
    };
    row.stage_started_at = tx_.now();
    row.production_weight = 100 - row.production_weight;
  });
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    row.primary_revision_arn = action.revision_arn;
    row.start_failures = 0;
    row.next_start_at.reset();
  });
  keep_connect_endpoints(tx_, arn_);
  // How it scales is part of what the failed update wanted.
  if (target && target->express && target->express->scaling_target) update_scaling(tx_, arn_, *target->express->scaling_target);
  say(tx_, arn_, cat("(deployment ", failed.deployment_id, ") deployment failed: ", failure_word(action.rollout_reason), '.'));
  say(tx_, arn_, cat("rolling back to (deployment ", target ? target->deployment_id : "", ")."));
}

void ServiceChange::operator()(const FinishRollback&) {
  const auto& primary = *view_.primary().row;
  retire_others(primary.service_revision_arn);
  change_revision(primary.service_revision_arn, [&](ServiceRevisionRow& row) {
    row.rollout_state = "COMPLETED";
    row.rollout_state_reason = cat("ECS deployment ", row.deployment_id, " completed.");
  });
  change_deployment([&](ServiceDeploymentRow& row) {
    row.status = DeploymentStatus::rollback_successful;
    row.finished_at = tx_.now();
    row.lifecycle_stage.reset();
  });
  tx_.update<ServiceRow>(arn_, [](ServiceRow& row) { row.current_deployment_arn.reset(); });
  close_unused_ports(tx_, arn_);
  say(tx_, arn_, cat("(deployment ", primary.deployment_id, ") deployment completed."));
}

void ServiceChange::operator()(const FailDeployment& action) {
  const auto& primary = *view_.primary().row;
  change_revision(primary.service_revision_arn, [&](ServiceRevisionRow& row) {
    row.rollout_state = "FAILED";
    row.rollout_state_reason = action.rollout_reason;
  });
  change_deployment([&](ServiceDeploymentRow& row) {
    row.status = action.status;
    row.status_reason = action.reason;
    row.breaker_triggered = action.reason.find("circuit breaker") != std::string::npos;
    row.triggered_alarm_names = view_.alarms;
    row.finished_at = tx_.now();
    if (action.status == DeploymentStatus::stopped) row.stopped_at = tx_.now();
  });
  tx_.update<ServiceRow>(arn_, [](ServiceRow& row) { row.current_deployment_arn.reset(); });
  say(tx_, arn_, cat("(deployment ", primary.deployment_id, ") deployment failed: ", failure_word(action.rollout_reason), '.'));
}

void ServiceChange::operator()(const SetSteady& action) {
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    row.steady = action.steady;
    if (action.steady) row.steady_at = tx_.now();
  });
  if (action.steady) say(tx_, arn_, "has reached a steady state.");
}

void ServiceChange::operator()(const SetRebalancing& action) {
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) { row.rebalancing = action.under_way; });
  say(tx_, arn_, action.text);
}

void ServiceChange::operator()(const Inactivate&) {
  remove_express_resources(tx_, arn_);
  change_deployment([&](ServiceDeploymentRow& row) {
    row.status = DeploymentStatus::stopped;
    row.status_reason = "The service was deleted.";
    row.stopped_at = tx_.now();
    row.finished_at = tx_.now();
  });
  tx_.update<ServiceRow>(arn_, [&](ServiceRow& row) {
    row.status = "INACTIVE";
    row.inactive_at = tx_.now();
    row.updated_at = tx_.now();
    row.current_deployment_arn.reset();
  });
}

void ServiceChange::operator()(const RetireRevision& action) {
  change_revision(action.revision_arn, [](ServiceRevisionRow& row) { row.deployment_status = "INACTIVE"; });
}

void ServiceChange::operator()(const SayUnhealthy& action) {
  auto task = tx_.find<TaskRow>(action.task_arn);
  if (!task) return;
  auto who = task_list_text({task->task_id});
  if (action.reason == "Task failed container health checks") return say_once(tx_, arn_, cat(who, " failed container health checks."), "");
  auto target = tx_.first(TargetRowIndex::by_task, action.task_arn);
  auto where = cat(who, " (port ", target ? target->port : 0, ") is unhealthy in (target-group ", target ? target->target_group_arn : "", ')');
  say_once(tx_, arn_, where, cat(" due to (reason ", target ? target->description.value_or("Health checks failed") : "Health checks failed", ")."));
}

void ServiceChange::operator()(const SayBlockedByConfiguration&) {
  say(tx_, arn_,
      "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the "
      "minimumHealthyPercent or maximumPercent value and try again.");
}

void ServiceChange::operator()(const SayBlockedByProtection& action) {
  say(tx_, arn_,
      cat("was unable to reach steady state because task set (", action.deployment_id,
          ") was unable to scale in. Reason: The number of protected tasks are more than the desired count of tasks"));
}

/// Forgets an INACTIVE service once nobody can expect to read it any more.
std::optional<Instant> expire(Tx& tx, const ServiceRow& service) {
  auto expires_at = service.inactive_at.value_or(tx.now()) + inactive_service_kept;
  if (tx.now() < expires_at) return expires_at;
  const auto& arn = service.service_arn;
  for (const auto& event : tx.list(ServiceEventRowIndex::by_service, arn)) {
    tx.erase<ServiceEventRow>(RowTraits<ServiceEventRow>::key(*event));
  }
  for (const auto& deployment : tx.list(ServiceDeploymentRowIndex::by_service, arn)) {
    tx.erase<ServiceDeploymentRow>(deployment->service_deployment_arn);
  }
  for (const auto& revision : tx.list(ServiceRevisionRowIndex::by_service, arn)) {
    tx.erase<ServiceRevisionRow>(revision->service_revision_arn);
  }
  tx.erase<ResourceTagsRow>(arn);
  tx.erase<ServiceRow>(arn);
  return std::nullopt;
}

/// Keeps one set of an EXTERNAL service; forgets it when it drains and its last task is gone.
std::optional<Instant> reconcile_task_set(Tx& tx, const TaskSetRow& set) {
  auto view = task_set_view_of(tx, set, tx.now());
  if (!view) return std::nullopt;
  ServiceChange change(tx, *view);
  for (const auto& action : plan_task_set(*view, set, tx.now())) std::visit(change, action);
  if (set.status == "DRAINING" && view->primary().present_count() == 0) {
    tx.erase<TaskSetRow>(set.task_set_arn);
    tx.erase<ResourceTagsRow>(set.task_set_arn);
    tx.update<ServiceRevisionRow>(set.service_revision_arn, [](ServiceRevisionRow& row) { row.deployment_status = "INACTIVE"; });
    return change.wake();
  }
  bool steady = is_stable(*view, set);
  if (steady == set.steady) return change.wake();
  tx.update<TaskSetRow>(set.task_set_arn, [&](TaskSetRow& row) {
    row.steady = steady;
    row.steady_at = tx.now();
  });
  return change.wake();
}

/// Ends a deleted EXTERNAL service once its sets have no task left.
void end_external_service(Tx& tx, const ServiceRow& service) {
  if (tx.count(TaskRowIndex::present_by_service, service.service_arn) > 0) return;
  for (const auto& set : tx.list(TaskSetRowIndex::by_service, service.service_arn)) {
    tx.erase<ResourceTagsRow>(set->task_set_arn);
    tx.erase<TaskSetRow>(set->task_set_arn);
  }
  tx.update<ServiceRow>(service.service_arn, [&](ServiceRow& row) {
    row.status = "INACTIVE";
    row.inactive_at = tx.now();
    row.updated_at = tx.now();
  });
}

std::optional<Instant> reconcile_external_service(Tx& tx, const ServiceRow& service) {
  if (service.status == "INACTIVE") return expire(tx, service);
  std::optional<Instant> earliest;
  for (const auto& set : tx.list(TaskSetRowIndex::by_service, service.service_arn)) {
    auto wake = reconcile_task_set(tx, *set);
    if (wake && (!earliest || *wake < *earliest)) earliest = wake;
  }
  if (service.status == "DRAINING") end_external_service(tx, service);
  return earliest;
}

/// A DAEMON service wants as many tasks as there are instances for it.
void follow_nodes(Tx& tx, const std::string& service_arn) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service || !is_daemon(*service) || service->status != "ACTIVE") return;
  auto count = static_cast<std::int32_t>(daemon_nodes_of(tx, *service, tx.now()).size());
  tx.update<ServiceRow>(service_arn, [&](ServiceRow& row) { row.desired_count = count; });
}

}  // namespace

Result<std::optional<Instant>> reconcile_service(Tx& tx, const std::string& service_arn) {
  if (auto service = tx.find<ServiceRow>(service_arn); service && is_external(*service)) {
    return reconcile_external_service(tx, *service);
  }
  follow_nodes(tx, service_arn);
  auto view = service_view_of(tx, service_arn, tx.now());
  if (!view) return std::optional<Instant>();
  if (view->service->status == "INACTIVE") return expire(tx, *view->service);
  ServiceChange change(tx, *view);
  for (const auto& action : plan_service(*view, tx.now())) std::visit(change, action);
  return change.wake();
}

}  // namespace roadstead
