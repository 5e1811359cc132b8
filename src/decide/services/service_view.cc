#include "decide/services/service_view.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/instances.h"
#include "decide/services/service_places.h"
#include "decide/services/zones/rebalancing.h"
#include "decide/services/task_set_plan.h"
#include "decide/tasks/target_health.h"

namespace roadstead {

namespace {

using std::chrono::seconds;

/// How long a task without any health check has to run to count as healthy. AWS waits 40 s (reference/ecs-core.md §4.2).
constexpr auto running_is_healthy_after = seconds(5);

bool has_own_check(const TaskRow& task) {
  return std::ranges::any_of(task.containers, [](const auto& container) { return container.has_health_check; });
}

bool own_checks_are(const TaskRow& task, ecs::HealthStatus wanted) {
  auto matches = [wanted](const auto& container) {
    return !container.has_health_check || container.health_status == wanted;
  };
  return std::ranges::all_of(task.containers, matches);
}

bool any_own_check_fails(const TaskRow& task) {
  return std::ranges::any_of(task.containers, [](const auto& container) {
    return container.essential && container.has_health_check && container.health_status == ecs::HealthStatus::unhealthy;
  });
}

/// Sets why the task fails, if it does, once its grace period is over.
void judge_failing(ServiceTask& task, const TargetRow* unhealthy, Instant grace_end, Instant now) {
  if (unhealthy == nullptr && !any_own_check_fails(*task.row)) return;
  if (now < grace_end) {
    task.changes_at = grace_end;
    return;
  }
  task.failing = true;
  task.failing_reason = unhealthy != nullptr
                            ? cat("Task failed ELB health checks in (target-group ", unhealthy->target_group_arn, ")")
                            : "Task failed container health checks";
}

ServiceTask judge(const Reader& rows, std::shared_ptr<const TaskRow> row, const ServiceRow& service, bool balanced,
                  Instant now) {
  ServiceTask task{.row = std::move(row)};
  task.leaving = task.active() && task.row->node_id && !takes_tasks(rows, task.row->cluster_arn, *task.row->node_id);
  if (!task.active() || task.row->last_status != TaskStatus::running) return task;
  bool targets_healthy = true;
  int target_count = 0;
  std::shared_ptr<const TargetRow> unhealthy;
  rows.for_each(TargetRowIndex::by_task, task.row->task_arn, [&](const std::shared_ptr<const TargetRow>& target) {
    ++target_count;
    if (target->state != TargetState::healthy) targets_healthy = false;
    if (target->state == TargetState::unhealthy) unhealthy = target;
  });
  auto started = task.row->started_at.value_or(now);
  auto grace_end = started + seconds(service.health_check_grace_period_seconds.value_or(0));
  judge_failing(task, unhealthy.get(), grace_end, now);
  if (task.failing && unhealthy) task.failing_detail = target_health_text(rows, *unhealthy);
  task.healthy = !task.failing && own_checks_are(*task.row, ecs::HealthStatus::healthy) && targets_healthy &&
                 (!balanced || target_count > 0);
  if (!balanced && !has_own_check(*task.row) && now < started + running_is_healthy_after) {
    task.healthy = false;
    task.changes_at = started + running_is_healthy_after;
  }
  return task;
}

RevisionView revision_view_of(
    const Reader& rows, std::shared_ptr<const ServiceRevisionRow> row, const ServiceRow& service, Instant now
) {
  RevisionView view{.row = std::move(row)};
  bool balanced = !view.row->load_balancers.empty() || view.row->target_group_arn;
  rows.for_each(
      TaskRowIndex::unsettled_by_revision, view.row->service_revision_arn,
      [&](const std::shared_ptr<const TaskRow>& task) {
        view.tasks.push_back(judge(rows, task, service, balanced, now));
      }
  );
  std::ranges::sort(view.tasks, {}, [](const ServiceTask& task) {
    return std::pair(task.row->created_at.value_or(Instant{}), task.row->task_arn);
  });
  return view;
}

template <class Row>
void add_resource(std::vector<ManagedResource>& resources, const Reader& rows, std::string name,
                  const std::optional<std::string>& key) {
  if (!key) return;
  auto row = rows.find<Row>(*key);
  if (!row) {
    resources.push_back({std::move(name), ecs::ManagedResourceStatus::failed, "it was removed by somebody else"});
    return;
  }
  resources.push_back({std::move(name), row->state.status, row->state.reason.value_or("")});
}

std::vector<ManagedResource> resources_of(const Reader& rows, const ExpressService& express) {
  std::vector<ManagedResource> resources;
  add_resource<LoadBalancerRow>(resources, rows, "load balancer", express.load_balancer_arn);
  add_resource<CertificateRow>(resources, rows, "certificate", express.certificate_arn);
  add_resource<ListenerRow>(resources, rows, "listener", express.listener_arn);
  add_resource<ListenerRuleRow>(resources, rows, "listener rule", express.rule_arn);
  for (const auto& arn : express.target_group_arns) {
    add_resource<TargetGroupRow>(resources, rows, "target group", std::optional(arn));
  }
  return resources;
}

std::vector<std::string> alarms_of(const Reader& rows, const ServiceDeploymentRow& deployment) {
  std::vector<std::string> ringing;
  const auto& configuration = deployment.deployment_configuration;
  if (deployment.alarms_ignored || !configuration || !configuration->alarms || !configuration->alarms->enable) {
    return ringing;
  }
  for (const auto& name : configuration->alarms->alarm_names) {
    auto alarm = rows.find<MetricAlarmRow>(name);
    if (alarm && alarm->alarm_state == "ALARM") ringing.push_back(name);
  }
  return ringing;
}

}  // namespace

int RevisionView::active_count() const {
  return static_cast<int>(std::ranges::count_if(tasks, &ServiceTask::active));
}

int RevisionView::healthy_count() const {
  return static_cast<int>(std::ranges::count_if(tasks, &ServiceTask::healthy));
}

int RevisionView::present_count() const {
  return static_cast<int>(std::ranges::count_if(tasks, [](const ServiceTask& task) { return !task.gone(); }));
}

const RevisionView* ServiceView::revision(std::string_view arn) const {
  auto found = std::ranges::find_if(revisions, [&](const auto& view) { return view.row->service_revision_arn == arn; });
  return found == revisions.end() ? nullptr : &*found;
}

std::optional<ServiceView> task_set_view_of(const Reader& rows, const TaskSetRow& set, Instant now) {
  ServiceView view{.service = rows.find<ServiceRow>(set.service_arn)};
  auto revision = rows.find<ServiceRevisionRow>(set.service_revision_arn);
  if (!view.service || !revision) return std::nullopt;
  view.revisions.push_back(revision_view_of(rows, revision, *view.service, now));
  note_spread(rows, view, now);
  return view;
}

std::optional<ServiceView> service_view_of(const Reader& rows, const std::string& service_arn, Instant now) {
  ServiceView view{.service = rows.find<ServiceRow>(service_arn)};
  if (!view.service) return std::nullopt;
  const auto& primary_arn = view.service->primary_revision_arn;
  rows.for_each(
      ServiceRevisionRowIndex::by_service, service_arn,
      [&](const std::shared_ptr<const ServiceRevisionRow>& revision) {
        bool is_primary = revision->service_revision_arn == primary_arn;
        if (revision->deployment_status == "INACTIVE" && !is_primary) return;
        view.revisions.push_back(revision_view_of(rows, revision, *view.service, now));
      }
  );
  std::ranges::sort(view.revisions, [&](const RevisionView& a, const RevisionView& b) {
    bool a_primary = a.row->service_revision_arn == primary_arn;
    bool b_primary = b.row->service_revision_arn == primary_arn;
    if (a_primary != b_primary) return a_primary;
    return a.row->created_at > b.row->created_at;
  });
  CHECK(!view.revisions.empty(), "a service is never without its primary revision");
  if (view.service->current_deployment_arn) {
    view.deployment = rows.find<ServiceDeploymentRow>(*view.service->current_deployment_arn);
  }
  if (view.service->express) view.resources = resources_of(rows, *view.service->express);
  note_spread(rows, view, now);
  note_zones(rows, view, now);
  if (is_daemon(*view.service) && view.service->status == "ACTIVE") {
    view.daemon = daemon_nodes_of(rows, *view.service, now);
    mark_misplaced(rows, view);
  }
  if (view.deployment) view.alarms = alarms_of(rows, *view.deployment);
  return view;
}

}  // namespace roadstead
