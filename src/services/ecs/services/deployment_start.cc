#include "services/ecs/services/deployment_start.h"

#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/express/express_resources.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

void supersede(Tx& tx, const ServiceRow& service) {
  if (!service.current_deployment_arn) return;
  tx.update<ServiceDeploymentRow>(*service.current_deployment_arn, [&](ServiceDeploymentRow& deployment) {
    deployment.status = ServiceDeploymentStatus::stopped;
    deployment.status_reason = "Service deployment was stopped because it was superseded by a newer service deployment.";
    deployment.stopped_at = tx.now();
    deployment.finished_at = tx.now();
    deployment.updated_at = tx.now();
  });
}

/// Steps all live revisions but `kept` back to ACTIVE and names those that have tasks: where the deployment starts from.
std::vector<std::string> demote_others(Tx& tx, const std::string& service_arn, const std::string& kept) {
  std::vector<std::string> sources;
  for (const auto& other : tx.list(ServiceRevisionRowIndex::by_service, service_arn)) {
    const auto& arn = other->service_revision_arn;
    if (arn == kept || other->deployment_status == "INACTIVE") continue;
    bool has_tasks = false;
    tx.for_each(TaskRowIndex::unsettled_by_revision, arn, [&](const TaskRow& task) {
      has_tasks = task.last_status != TaskStatus::stopped;
      return !has_tasks;
    });
    auto service = tx.find<ServiceRow>(service_arn);
    bool stays = has_tasks || service->completed_revision_arn == arn;
    if (stays) sources.push_back(arn);
    tx.update<ServiceRevisionRow>(arn, [&](ServiceRevisionRow& row) {
      row.deployment_status = stays ? "ACTIVE" : "INACTIVE";
      row.updated_at = tx.now();
    });
  }
  return sources;
}

/// Moves the tasks of the present revision to one that differs in nothing they can see.
void take_over_tasks(Tx& tx, const std::string& from, const ServiceRevisionRow& to) {
  for (const auto& task : tx.list(TaskRowIndex::unsettled_by_revision, from)) {
    tx.update<TaskRow>(task->task_arn, [&](TaskRow& row) {
      row.revision_arn = to.service_revision_arn;
      row.started_by = to.deployment_id;
    });
  }
}

/// Whether an alarm rings that the deployment is to be guarded by: it would fail at once, so AWS leaves alarms out then.
bool any_alarm_rings(const Reader& rows, const ServiceRow& service) {
  const auto& configuration = service.deployment_configuration;
  if (!configuration || !configuration->alarms || !configuration->alarms->enable) return false;
  return std::ranges::any_of(configuration->alarms->alarm_names, [&](const std::string& name) {
    auto alarm = rows.find<MetricAlarmRow>(name);
    return alarm && alarm->alarm_state == "ALARM";
  });
}

}  // namespace

ServiceRevisionRow new_revision(Tx& tx, const Caller& who, const std::string& cluster_arn, const std::string& service_name) {
  auto number = new_decimal(tx.ids());
  auto path = cat(last_part(cluster_arn), '/', service_name);
  ServiceRevisionRow row;
  row.service_revision_arn = ecs_arn(who, cat("service-revision/", path, '/', number));
  row.service_arn = ecs_arn(who, cat("service/", path));
  row.cluster_arn = cluster_arn;
  row.deployment_id = cat("ecs-svc/", number);
  row.created_at = tx.now();
  row.updated_at = tx.now();
  row.deployment_status = "PRIMARY";
  row.rollout_state = "IN_PROGRESS";
  row.rollout_state_reason = cat("ECS deployment ", row.deployment_id, " in progress.");
  return row;
}

std::optional<std::string> idle_target_group(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision) {
  ServiceRevisionRow in_production = revision;
  in_production.target_group_arn.reset();
  auto live = service.completed_revision_arn.value_or(service.primary_revision_arn);
  if (auto row = rows.find<ServiceRevisionRow>(live)) in_production.target_group_arn = row->target_group_arn;
  return other_target_group(service, in_production);
}

std::shared_ptr<const ServiceDeploymentRow> start_deployment(Tx& tx, ServiceRevisionRow revision, bool without_tasks) {
  auto service = tx.find<ServiceRow>(revision.service_arn);
  supersede(tx, *service);
  if (service->express) restart_alarm(tx, *service->express);
  revision.desired_count = service->desired_count;
  auto stored = tx.put(std::move(revision));
  auto previous = service->primary_revision_arn;
  if (without_tasks) take_over_tasks(tx, previous, *stored);
  auto sources = demote_others(tx, service->service_arn, stored->service_revision_arn);
  ServiceDeploymentRow deployment;
  auto path = stored->service_arn.substr(stored->service_arn.find("service/") + 8);
  auto prefix = stored->service_arn.substr(0, stored->service_arn.find("service/"));
  deployment.service_deployment_arn = cat(prefix, "service-deployment/", path, '/', new_url_safe(tx.ids(), 21));
  deployment.service_arn = stored->service_arn;
  deployment.cluster_arn = stored->cluster_arn;
  deployment.target_revision_arn = stored->service_revision_arn;
  deployment.source_revision_arns = std::move(sources);
  deployment.status = ServiceDeploymentStatus::pending;
  deployment.created_at = tx.now();
  deployment.updated_at = tx.now();
  deployment.deployment_configuration = service->deployment_configuration;
  deployment.without_tasks = without_tasks;
  deployment.alarms_ignored = any_alarm_rings(tx, *service);
  auto row = tx.put(std::move(deployment));
  tx.update<ServiceRow>(service->service_arn, [&](ServiceRow& changed) {
    changed.primary_revision_arn = stored->service_revision_arn;
    changed.current_deployment_arn = row->service_deployment_arn;
    changed.updated_at = tx.now();
    changed.start_failures = 0;
    changed.next_start_at.reset();
    changed.steady = false;
  });
  keep_connect_endpoints(tx, service->service_arn);
  return row;
}

}  // namespace roadstead::ecs
