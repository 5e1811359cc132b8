#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/services/task_set_plan.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/services/connect_rules.h"
#include "services/ecs/services/services.h"
#include "services/ecs/task_sets/task_sets.h"
#include "services/ecs/tasks/task_rules.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_services = 10;

struct TaskCounts {
  int running = 0;
  int pending = 0;
};

TaskCounts counts_of(const Reader& rows, const std::string& revision_arn) {
  TaskCounts counts;
  rows.for_each(TaskRowIndex::unsettled_by_revision, revision_arn, [&](const TaskRow& task) {
    if (task.desired_status == roadstead::DesiredStatus::stopped) return;
    if (task.last_status == TaskStatus::running) ++counts.running;
    if (task.last_status < TaskStatus::running) ++counts.pending;
  });
  return counts;
}

Deployment describe_deployment(
    const Reader& rows, const ServiceRevisionRow& row, const ServiceRow& service, const TaskCounts& counts
) {
  Deployment out;
  out.id = row.deployment_id;
  out.status = row.deployment_status;
  out.task_definition = row.task_definition_arn;
  out.desired_count = row.deployment_status == "PRIMARY" ? service.desired_count : row.desired_count;
  out.pending_count = counts.pending;
  out.running_count = counts.running;
  out.failed_tasks = row.failed_tasks;
  out.created_at = row.created_at;
  out.updated_at = row.updated_at;
  if (!row.capacity_provider_strategy.empty()) out.capacity_provider_strategy = row.capacity_provider_strategy;
  out.launch_type = enum_of<LaunchType>(row.launch_type);
  if (row.launch_type == "FARGATE" || is_fargate(row.capacity_provider_strategy)) {
    out.platform_version = resolved_platform(row.platform_version);
    out.platform_family = "Linux";
  }
  out.network_configuration = row.network_configuration;
  out.service_connect_configuration = row.service_connect_configuration;
  if (connect_namespace_id(row)) out.service_connect_resources = connect_resources(rows, row);
  out.rollout_state = enum_of<DeploymentRolloutState>(row.rollout_state);
  out.rollout_state_reason = row.rollout_state_reason;
  return out;
}

std::vector<ServiceEvent> events_of(const Reader& rows, const std::string& service_arn) {
  std::vector<ServiceEvent> events;
  rows.for_each(ServiceEventRowIndex::by_service, service_arn, [&](const ServiceEventRow& row) {
    events.push_back({.id = row.event_id, .created_at = row.created_at, .message = row.message});
  });
  std::ranges::reverse(events);
  return events;
}

/// Live revisions, PRIMARY first and then the newest first: what deployments[] and currentServiceRevisions[] show.
std::vector<std::shared_ptr<const ServiceRevisionRow>> live_revisions(const Reader& rows, const ServiceRow& service) {
  auto revisions = rows.list(ServiceRevisionRowIndex::by_service, service.service_arn);
  std::erase_if(revisions, [](const auto& row) { return row->deployment_status == "INACTIVE"; });
  std::ranges::sort(revisions, [](const auto& a, const auto& b) {
    bool a_primary = a->deployment_status == "PRIMARY";
    bool b_primary = b->deployment_status == "PRIMARY";
    return a_primary != b_primary ? a_primary : a->created_at > b->created_at;
  });
  return revisions;
}

void describe_revisions(const Reader& rows, const ServiceRow& service, Service& out) {
  out.deployments.emplace();
  out.current_service_revisions.emplace();
  for (const auto& revision : live_revisions(rows, service)) {
    auto counts = counts_of(rows, revision->service_revision_arn);
    *out.running_count += counts.running;
    *out.pending_count += counts.pending;
    if (service.status != "INACTIVE") out.deployments->push_back(describe_deployment(rows, *revision, service, counts));
    bool primary = revision->deployment_status == "PRIMARY";
    out.current_service_revisions->push_back({.arn = revision->service_revision_arn,
                                              .requested_task_count = primary ? service.desired_count : revision->desired_count,
                                              .running_task_count = counts.running,
                                              .pending_task_count = counts.pending});
  }
}

/// A service that somebody else deploys has task sets in place of deployments.
void describe_task_sets_in(const Reader& rows, const ServiceRow& service, Service& out) {
  out.task_sets = task_sets_of(rows, service.service_arn);
  out.deployments.emplace();
  for (const auto& set : *out.task_sets) {
    *out.running_count += set.running_count.value_or(0);
    *out.pending_count += set.pending_count.value_or(0);
  }
}

/// What only ordinary services show at service level (reference/express-mode.md §2.3).
void describe_customer_fields(const ServiceRevisionRow& primary, Service& out) {
  out.load_balancers = primary.load_balancers;
  out.service_registries = primary.service_registries;
  out.network_configuration = primary.network_configuration;
  if (!primary.capacity_provider_strategy.empty()) out.capacity_provider_strategy = primary.capacity_provider_strategy;
  out.launch_type = enum_of<LaunchType>(primary.launch_type);
  out.platform_version = primary.platform_version;
  if (primary.platform_version) out.platform_family = "Linux";
}

}  // namespace

Service describe_service(const Reader& rows, const ServiceRow& row, bool with_tags) {
  Service out;
  out.service_arn = row.service_arn;
  out.service_name = row.service_name;
  out.cluster_arn = row.cluster_arn;
  out.load_balancers.emplace();
  out.service_registries = row.service_registries;
  out.status = row.status;
  out.desired_count = row.desired_count;
  out.running_count = 0;
  out.pending_count = 0;
  auto primary = rows.find<ServiceRevisionRow>(row.primary_revision_arn);
  if (primary) {
    out.task_definition = primary->task_definition_arn;
    if (!row.express) describe_customer_fields(*primary, out);
  }
  if (is_external(row)) {
    describe_task_sets_in(rows, row, out);
  } else {
    describe_revisions(rows, row, out);
  }
  out.deployment_configuration = row.deployment_configuration;
  out.role_arn = row.role_arn;
  out.events = events_of(rows, row.service_arn);
  out.created_at = row.created_at;
  out.current_service_deployment = row.current_deployment_arn;
  out.placement_constraints = row.placement_constraints;
  out.placement_strategy = row.placement_strategy;
  out.health_check_grace_period_seconds = row.health_check_grace_period_seconds;
  out.scheduling_strategy = enum_of<SchedulingStrategy>(row.scheduling_strategy);
  out.deployment_controller = row.deployment_controller;
  if (with_tags) out.tags = tags_of(rows, row.service_arn);
  out.created_by = row.created_by;
  out.enable_ecs_managed_tags = row.enable_ecs_managed_tags;
  out.propagate_tags = enum_of<PropagateTags>(row.propagate_tags);
  out.enable_execute_command = row.enable_execute_command;
  out.availability_zone_rebalancing = enum_of<AvailabilityZoneRebalancing>(row.availability_zone_rebalancing);
  out.resource_management_type = row.express ? ResourceManagementType::ecs : ResourceManagementType::customer;
  return out;
}

Result<DescribeServicesResponse> describe_services(Tx& tx, const Caller& who, const DescribeServicesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.services.empty()) return invalid_parameter("Services cannot be empty.");
  if (in.services.size() > most_services) return invalid_parameter("At most 10 services can be described at once.");
  bool with_tags = in.include && !in.include->empty();
  DescribeServicesResponse out;
  auto& services = out.services.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.services) {
    auto service = find_service(tx, who, cluster->cluster_arn, reference);
    if (service) {
      services.push_back(describe_service(tx, *service, with_tags));
    } else {
      failures.push_back({.arn = service_arn_of(who, cluster->cluster_arn, reference), .reason = "MISSING"});
    }
  }
  return out;
}

Result<ListServicesResponse> list_services(Tx& tx, const Caller& who, const ListServicesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  std::vector<std::string> arns;
  tx.for_each(ServiceRowIndex::by_cluster, cluster->cluster_arn, [&](const ServiceRow& service) {
    if (service.status != "ACTIVE") return;
    if (in.scheduling_strategy && service.scheduling_strategy != to_string(*in.scheduling_strategy)) return;
    auto managed_by = service.express ? ResourceManagementType::ecs : ResourceManagementType::customer;
    if (in.resource_management_type && *in.resource_management_type != managed_by) return;
    auto primary = tx.find<ServiceRevisionRow>(service.primary_revision_arn);
    if (in.launch_type && (!primary || primary->launch_type != to_string(*in.launch_type))) return;
    arns.push_back(service.service_arn);
  });
  auto filters = cat("services ", cluster->cluster_arn, ' ', in.launch_type ? to_string(*in.launch_type) : "", ' ',
                     in.scheduling_strategy ? to_string(*in.scheduling_strategy) : "", ' ',
                     in.resource_management_type ? to_string(*in.resource_management_type) : "");
  ListServicesResponse out;
  auto size = TRY(page_size(in.max_results, 10));
  out.service_arns = TRY(page_of(std::move(arns), std::identity(), filters, in.next_token, size, out.next_token));
  return out;
}

/// The services of all clusters whose tasks are in the namespace by Service Connect. Errors: NamespaceNotFoundException.
Result<ListServicesByNamespaceResponse> list_services_by_namespace(Tx& tx, const Caller&, const ListServicesByNamespaceRequest& in) {
  auto size = TRY(page_size(in.max_results, 10));
  if (in.namespace_.empty()) return invalid_parameter("namespace must not be empty.");
  auto space = find_namespace_named(tx, in.namespace_);
  if (!space) return Error{"NamespaceNotFoundException", cat("The namespace ", in.namespace_, " was not found.")};
  std::vector<std::string> arns;
  tx.for_each<ServiceRow>([&](const ServiceRow& service) {
    auto primary = service.status == "ACTIVE" ? tx.find<ServiceRevisionRow>(service.primary_revision_arn) : nullptr;
    if (primary && connect_namespace_id(*primary) == space->namespace_id) arns.push_back(service.service_arn);
  });
  ListServicesByNamespaceResponse out;
  auto filters = cat("services in ", space->namespace_id);
  out.service_arns = TRY(page_of(std::move(arns), std::identity(), filters, in.next_token, size, out.next_token));
  return out;
}

}  // namespace roadstead::ecs
