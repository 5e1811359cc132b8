#include "services/ecs/deployments/deployments.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/services/service_plan.h"
#include "services/ecs/express/express.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/tasks/task_rules.h"

namespace roadstead::ecs {

namespace {

using MonitorStatus = ServiceDeploymentRollbackMonitorsStatus;

constexpr std::size_t most_at_once = 20;

bool is_over(const ServiceDeploymentRow& row) {
  return row.status == ServiceDeploymentStatus::successful || row.status == ServiceDeploymentStatus::stopped ||
         row.status == ServiceDeploymentStatus::rollback_successful || row.status == ServiceDeploymentStatus::rollback_failed;
}

ServiceRevisionSummary summary_of(const Reader& rows, int requested, const std::string& revision_arn, double weight) {
  ServiceRevisionSummary out;
  out.arn = revision_arn;
  int running = 0;
  int pending = 0;
  rows.for_each(TaskRowIndex::unsettled_by_revision, revision_arn, [&](const TaskRow& task) {
    if (task.desired_status == roadstead::DesiredStatus::stopped) return;
    if (task.last_status == TaskStatus::running) ++running;
    if (task.last_status < TaskStatus::running) ++pending;
  });
  auto revision = rows.find<ServiceRevisionRow>(revision_arn);
  bool live = revision && revision->deployment_status != "INACTIVE";
  out.requested_task_count = live ? requested : 0;
  out.running_task_count = running;
  out.pending_task_count = pending;
  out.requested_test_traffic_weight = 0;
  out.requested_production_traffic_weight = weight;
  return out;
}

/// Which source has the traffic that the target has not: what was superseded before it was done only goes away.
std::string traffic_source_of(const ServiceDeploymentRow& row, const ServiceRow* service) {
  const auto& sources = row.source_revision_arns;
  if (sources.empty()) return {};
  bool completed = service != nullptr && service->completed_revision_arn &&
                   std::ranges::find(sources, *service->completed_revision_arn) != sources.end();
  return completed ? *service->completed_revision_arn : sources.front();
}

MonitorStatus monitor_status(bool enabled, bool triggered, bool over) {
  if (!enabled) return MonitorStatus::disabled;
  if (triggered) return MonitorStatus::triggered;
  return over ? MonitorStatus::monitoring_complete : MonitorStatus::monitoring;
}

void describe_monitors(const ServiceDeploymentRow& row, const ServiceRow* service, ServiceDeployment& out) {
  auto configuration = row.deployment_configuration.value_or(DeploymentConfiguration{});
  bool breaker = configuration.deployment_circuit_breaker && configuration.deployment_circuit_breaker->enable;
  out.deployment_circuit_breaker = ServiceDeploymentCircuitBreaker{
      .status = monitor_status(breaker, row.breaker_triggered, is_over(row)),
      .failure_count = row.failure_count,
      .threshold = breaker_threshold(service != nullptr ? service->desired_count : 1),
  };
  bool alarms = configuration.alarms && configuration.alarms->enable;
  out.alarms = ServiceDeploymentAlarms{
      .status = monitor_status(alarms, !row.triggered_alarm_names.empty(), is_over(row)),
      .alarm_names = configuration.alarms ? configuration.alarms->alarm_names : std::vector<std::string>{},
      .triggered_alarm_names = row.triggered_alarm_names,
  };
}

DeploymentLifecycleHookDetail describe_hook(const DeploymentHook& hook) {
  DeploymentLifecycleHookDetail out;
  out.hook_id = hook.hook_id;
  out.target_type = DeploymentLifecycleHookTargetType::pause;
  out.status = hook.status;
  out.expires_at = hook.expires_at;
  out.timeout_action = hook.timeout_action;
  return out;
}

ServiceDeployment describe_deployment(const Reader& rows, const ServiceDeploymentRow& row) {
  auto service = rows.find<ServiceRow>(row.service_arn);
  ServiceDeployment out;
  out.service_deployment_arn = row.service_deployment_arn;
  out.service_arn = row.service_arn;
  out.cluster_arn = row.cluster_arn;
  out.created_at = row.created_at;
  out.started_at = row.started_at;
  out.finished_at = row.finished_at;
  out.stopped_at = row.stopped_at;
  out.updated_at = row.updated_at;
  int requested = service ? service->desired_count : 0;
  bool back = row.status == ServiceDeploymentStatus::rollback_in_progress || row.status == ServiceDeploymentStatus::rollback_successful;
  double weight = back ? 0 : row.production_weight;
  // An empty list makes the CLI's monitor crash: the first deployment has none at all (express-mode.md §3.5).
  auto bearer = traffic_source_of(row, service.get());
  for (const auto& arn : row.source_revision_arns) {
    if (!out.source_service_revisions) out.source_service_revisions.emplace();
    bool bears = arn == bearer;
    double rest = bears && (back || !is_over(row)) ? 100 - weight : 0;
    out.source_service_revisions->push_back(summary_of(rows, bears ? requested : 0, arn, rest));
  }
  out.target_service_revision = summary_of(rows, requested, row.target_revision_arn, weight);
  out.status = row.status;
  out.status_reason = row.status_reason;
  out.lifecycle_stage = row.lifecycle_stage;
  for (const auto& hook : row.hooks) {
    if (!out.lifecycle_hook_details) out.lifecycle_hook_details.emplace();
    out.lifecycle_hook_details->push_back(describe_hook(hook));
  }
  out.deployment_configuration = row.deployment_configuration;
  out.rollback = row.rollback;
  describe_monitors(row, service.get(), out);
  return out;
}

ServiceRevision describe_revision(const Reader& rows, const ServiceRevisionRow& row, const ServiceRow* service) {
  ServiceRevision out;
  out.service_revision_arn = row.service_revision_arn;
  out.service_arn = row.service_arn;
  out.cluster_arn = row.cluster_arn;
  out.task_definition = row.task_definition_arn;
  if (!row.capacity_provider_strategy.empty()) out.capacity_provider_strategy = row.capacity_provider_strategy;
  out.launch_type = enum_of<LaunchType>(row.launch_type);
  if (row.platform_version) {
    out.platform_version = resolved_platform(row.platform_version);
    out.platform_family = "Linux";
  }
  if (!row.load_balancers.empty()) out.load_balancers = row.load_balancers;
  if (!row.service_registries.empty()) out.service_registries = row.service_registries;
  out.network_configuration = row.network_configuration;
  out.service_connect_configuration = row.service_connect_configuration;
  out.container_images = row.container_images;
  out.guard_duty_enabled = false;
  out.created_at = row.created_at;
  if (service != nullptr && service->express && row.express) {
    out.ecs_managed_resources = describe_managed_resources(rows, *service, row);
  }
  return out;
}

ServiceDeploymentBrief brief_of(const ServiceDeploymentRow& row) {
  ServiceDeploymentBrief out;
  out.service_deployment_arn = row.service_deployment_arn;
  out.service_arn = row.service_arn;
  out.cluster_arn = row.cluster_arn;
  out.started_at = row.started_at;
  out.created_at = row.created_at;
  out.finished_at = row.finished_at;
  out.target_service_revision_arn = row.target_revision_arn;
  out.status = row.status;
  out.status_reason = row.status_reason;
  return out;
}

}  // namespace

/// Newest first. The cluster may be left out when the service is named by its ARN (express-mode.md §6.2).
Result<ListServiceDeploymentsResponse> list_service_deployments(
    Tx& tx, const Caller& who, const ListServiceDeploymentsRequest& in
) {
  auto service = find_service(tx, who, in.cluster, in.service);
  if (!service) return Error{"ServiceNotFoundException", "Service not found."};
  auto rows = tx.list(ServiceDeploymentRowIndex::by_service, service->service_arn);
  std::erase_if(rows, [&](const auto& row) {
    if (in.status && !in.status->empty() && std::ranges::find(*in.status, row->status) == in.status->end()) return true;
    if (!in.created_at) return false;
    return (in.created_at->after && row->created_at < in.created_at->after) ||
           (in.created_at->before && row->created_at > in.created_at->before);
  });
  std::ranges::sort(rows, [](const auto& a, const auto& b) {
    return std::pair(b->created_at, b->service_deployment_arn) < std::pair(a->created_at, a->service_deployment_arn);
  });
  ListServiceDeploymentsResponse out;
  auto size = TRY(page_size(in.max_results, 20));
  auto key = [](const std::shared_ptr<const ServiceDeploymentRow>& row) { return row->service_deployment_arn; };
  auto filters = cat("deployments ", service->service_arn, ' ', in.status ? in.status->size() : 0);
  auto page = TRY(page_of(std::move(rows), key, filters, in.next_token, size, out.next_token));
  out.service_deployments.emplace();
  for (const auto& row : page) out.service_deployments->push_back(brief_of(*row));
  return out;
}

Result<DescribeServiceDeploymentsResponse> describe_service_deployments(
    Tx& tx, const Caller&, const DescribeServiceDeploymentsRequest& in
) {
  if (in.service_deployment_arns.size() > most_at_once) return invalid_parameter("At most 20 service deployments can be described at once.");
  DescribeServiceDeploymentsResponse out;
  auto& deployments = out.service_deployments.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& arn : in.service_deployment_arns) {
    if (auto row = tx.find<ServiceDeploymentRow>(arn)) {
      deployments.push_back(describe_deployment(tx, *row));
    } else {
      failures.push_back({.arn = arn, .reason = "MISSING"});
    }
  }
  return out;
}

/// Errors: InvalidParameterException for a revision of an INACTIVE service, whose text the CLI matches (express-mode.md §6.3).
Result<DescribeServiceRevisionsResponse> describe_service_revisions(
    Tx& tx, const Caller&, const DescribeServiceRevisionsRequest& in
) {
  if (in.service_revision_arns.size() > most_at_once) return invalid_parameter("At most 20 service revisions can be described at once.");
  DescribeServiceRevisionsResponse out;
  auto& revisions = out.service_revisions.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& arn : in.service_revision_arns) {
    auto row = tx.find<ServiceRevisionRow>(arn);
    if (!row) {
      failures.push_back({.arn = arn, .reason = "MISSING"});
      continue;
    }
    auto service = tx.find<ServiceRow>(row->service_arn);
    if (service && service->status == "INACTIVE") {
      return invalid_parameter("Cannot call DescribeServiceRevisions for a service that is INACTIVE");
    }
    revisions.push_back(describe_revision(tx, *row, service.get()));
  }
  return out;
}

/// Lets a deployment go on that a hook holds up. No deployment here has hooks (creating a service with them is refused), so all
/// it can find is that none waits. Errors: ServiceDeploymentNotFoundException, InvalidParameterException.
Result<ContinueServiceDeploymentResponse> continue_service_deployment(
    Tx& tx, const Caller&, const ContinueServiceDeploymentRequest& in
) {
  auto row = tx.find<ServiceDeploymentRow>(in.service_deployment_arn);
  if (!row) return Error{"ServiceDeploymentNotFoundException", "Service deployment not found."};
  auto hook = std::ranges::find(row->hooks, in.hook_id, &DeploymentHook::hook_id);
  bool waits = hook != row->hooks.end() && hook->status == DeploymentLifecycleHookStatus::awaiting_action && !is_over(*row);
  if (!waits) return invalid_parameter(cat("The service deployment has no hook ", in.hook_id, " that waits to be continued."));
  bool back = in.action == DeploymentLifecycleHookAction::rollback;
  auto number = hook - row->hooks.begin();
  tx.update<ServiceDeploymentRow>(in.service_deployment_arn, [&](ServiceDeploymentRow& deployment) {
    deployment.hooks[static_cast<std::size_t>(number)].status = back ? DeploymentLifecycleHookStatus::failed : DeploymentLifecycleHookStatus::succeeded;
    deployment.updated_at = tx.now();
  });
  ContinueServiceDeploymentResponse out;
  out.service_deployment_arn = in.service_deployment_arn;
  return out;
}

/// Asks for a deployment under way to be rolled back (or, with ABORT, left where it is).
/// Errors: ServiceDeploymentNotFoundException; ConflictException when it is over.
Result<StopServiceDeploymentResponse> stop_service_deployment(
    Tx& tx, const Caller&, const StopServiceDeploymentRequest& in
) {
  auto row = tx.find<ServiceDeploymentRow>(in.service_deployment_arn);
  if (!row) return Error{"ServiceDeploymentNotFoundException", "Service deployment not found."};
  if (is_over(*row)) {
    return Error{.code = "ConflictException",
                 .message = cat("The service deployment is ", to_string(row->status), " and can no longer be stopped."),
                 .resource_ids = in.service_deployment_arn};
  }
  bool abort = in.stop_type == StopServiceDeploymentStopType::abort;
  tx.update<ServiceDeploymentRow>(in.service_deployment_arn, [&](ServiceDeploymentRow& deployment) {
    if (deployment.status == ServiceDeploymentStatus::rollback_in_progress) return;
    deployment.stop_type = abort ? "ABORT" : "ROLLBACK";
    deployment.status = abort ? ServiceDeploymentStatus::stop_requested : ServiceDeploymentStatus::rollback_requested;
    deployment.updated_at = tx.now();
  });
  return StopServiceDeploymentResponse{.service_deployment_arn = in.service_deployment_arn};
}

}  // namespace roadstead::ecs
