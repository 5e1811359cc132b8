#include <algorithm>

#include "base/text/text.h"
#include "decide/services/zones/rebalancing.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/lookup.h"
#include "services/ecs/services/connect_rules.h"
#include "services/ecs/services/deployment_start.h"
#include "services/ecs/services/registry_rules.h"
#include "services/ecs/services/request_rules.h"
#include "services/ecs/services/service_rules.h"
#include "services/ecs/services/services.h"
#include "services/ecs/tasks/task_rules.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace {

bool is_external_request(const CreateServiceRequest& in) {
  return in.deployment_controller && in.deployment_controller->type == DeploymentControllerType::external;
}

/// What belongs to the task sets of a service that somebody else deploys, and not to the service (§1.9).
Status check_external(const CreateServiceRequest& in) {
  if (in.task_definition) return invalid_parameter("TaskDefinition must be blank for services with the EXTERNAL deployment controller: task sets have their own.");
  if (in.load_balancers && !in.load_balancers->empty()) {
    return invalid_parameter("LoadBalancers must be empty or null for services with the EXTERNAL deployment controller: task sets have their own.");
  }
  if (in.service_registries && !in.service_registries->empty()) {
    return invalid_parameter("serviceRegistries must be empty or null for services with the EXTERNAL deployment controller: task sets have their own.");
  }
  if (in.service_connect_configuration && in.service_connect_configuration->enabled) {
    return invalid_parameter("serviceConnectConfiguration must be empty or null for services with the EXTERNAL deployment controller.");
  }
  if (in.network_configuration || in.launch_type || in.platform_version || (in.capacity_provider_strategy && !in.capacity_provider_strategy->empty())) {
    return invalid_parameter("networkConfiguration, launchType, capacityProviderStrategy and platformVersion must be blank for services with "
                             "the EXTERNAL deployment controller: task sets have their own.");
  }
  return Done{};
}

Status check_request(const CreateServiceRequest& in, SchedulingStrategy strategy) {
  if (!is_valid_name(in.service_name)) {
    return invalid_parameter("Service names are 1 to 255 letters, digits, hyphens and underscores.");
  }
  if (strategy == SchedulingStrategy::daemon) TRY(check_daemon(in));
  if (in.deployment_controller && in.deployment_controller->type == DeploymentControllerType::code_deploy) {
    return Error{"UnsupportedFeatureException", "The deployment controller CODE_DEPLOY is not supported: there is no CodeDeploy here. Use ECS or EXTERNAL."};
  }
  TRY(check_new_service(in));
  TRY(check_supported(in));
  if (is_external_request(in)) {
    TRY(check_external(in));
  } else if (!in.task_definition) {
    return invalid_parameter("TaskDefinition cannot be empty.");
  }
  if (strategy == SchedulingStrategy::replica && !in.desired_count) {
    return invalid_parameter("desiredCount must be specified with the REPLICA scheduling strategy.");
  }
  TRY(check_desired_count(in.desired_count.value_or(0)));
  bool strategy_given = in.capacity_provider_strategy && !in.capacity_provider_strategy->empty();
  if (in.launch_type && strategy_given) {
    return invalid_parameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.");
  }
  TRY(check_placement(in.placement_constraints, in.placement_strategy));
  if (in.tags) TRY(check_tags(*in.tags));
  return Done{};
}

void set_capacity(const CreateServiceRequest& in, const ClusterRow& cluster, ServiceRevisionRow& revision) {
  if (in.launch_type) {
    revision.launch_type = to_string(*in.launch_type);
  } else if (in.capacity_provider_strategy && !in.capacity_provider_strategy->empty()) {
    revision.capacity_provider_strategy = *in.capacity_provider_strategy;
  } else if (!cluster.default_capacity_provider_strategy.empty() && in.scheduling_strategy != SchedulingStrategy::daemon) {
    revision.capacity_provider_strategy = cluster.default_capacity_provider_strategy;
  } else {
    revision.launch_type = "EC2";
  }
  bool fargate = revision.launch_type == "FARGATE" || is_fargate(revision.capacity_provider_strategy);
  if (fargate) revision.platform_version = in.platform_version.value_or("LATEST");
}

ServiceRow service_row(Tx& tx, const Caller& who, const CreateServiceRequest& in, const ServiceRevisionRow& revision) {
  ServiceRow row;
  row.service_arn = revision.service_arn;
  row.service_name = in.service_name;
  row.cluster_arn = revision.cluster_arn;
  row.status = "ACTIVE";
  auto strategy = in.scheduling_strategy.value_or(SchedulingStrategy::replica);
  row.desired_count = in.desired_count.value_or(0);
  row.scheduling_strategy = to_string(strategy);
  row.deployment_controller = in.deployment_controller.value_or(DeploymentController{.type = DeploymentControllerType::ecs});
  row.deployment_configuration = complete_deployment_configuration(in.deployment_configuration, strategy);
  row.health_check_grace_period_seconds = in.health_check_grace_period_seconds;
  if (!revision.load_balancers.empty() && !row.health_check_grace_period_seconds) row.health_check_grace_period_seconds = 0;
  row.placement_constraints = in.placement_constraints.value_or(std::vector<PlacementConstraint>{});
  row.placement_strategy = shown_strategies(in.placement_strategy.value_or(std::vector<PlacementStrategy>{}));
  row.enable_ecs_managed_tags = in.enable_ecs_managed_tags.value_or(false);
  row.propagate_tags = to_string(in.propagate_tags.value_or(PropagateTags::none));
  row.enable_execute_command = in.enable_execute_command.value_or(false);
  auto rebalancing = can_rebalance(row, revision) ? AvailabilityZoneRebalancing::enabled : AvailabilityZoneRebalancing::disabled;
  row.availability_zone_rebalancing = to_string(in.availability_zone_rebalancing.value_or(rebalancing));
  if (revision.network_configuration || !revision.load_balancers.empty() || !revision.service_registries.empty() ||
      revision.service_connect_configuration) {
    row.role_arn = cat("arn:aws:iam::", who.account_id, ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
  }
  row.created_by = who.principal_arn;
  row.created_at = tx.now();
  row.primary_revision_arn = revision.service_revision_arn;
  row.client_token = in.client_token;
  row.service_registries = revision.service_registries;
  return row;
}

/// A service without a revision: it runs nothing until it gets a task set.
Result<CreateServiceResponse> create_external(Tx& tx, const Caller& who, const CreateServiceRequest& in, const std::string& cluster_arn) {
  TRY(check_deployment_configuration(complete_deployment_configuration(in.deployment_configuration, SchedulingStrategy::replica),
                                     SchedulingStrategy::replica));
  ServiceRevisionRow none;
  none.service_arn = service_arn_of(who, cluster_arn, in.service_name);
  none.cluster_arn = cluster_arn;
  auto row = tx.put(service_row(tx, who, in, none));
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = row->service_arn, .tags = *in.tags});
  return CreateServiceResponse{.service = describe_service(tx, *row, true)};
}

/// Forgets all that is left of an INACTIVE service, so that its name is free again at once.
void forget_service(Tx& tx, const std::string& service_arn) {
  for (const auto& event : tx.list(ServiceEventRowIndex::by_service, service_arn)) {
    tx.erase<ServiceEventRow>(RowTraits<ServiceEventRow>::key(*event));
  }
  for (const auto& row : tx.list(ServiceDeploymentRowIndex::by_service, service_arn)) {
    tx.erase<ServiceDeploymentRow>(row->service_deployment_arn);
  }
  for (const auto& row : tx.list(ServiceRevisionRowIndex::by_service, service_arn)) {
    tx.erase<ServiceRevisionRow>(row->service_revision_arn);
  }
  tx.erase<ResourceTagsRow>(service_arn);
  tx.erase<ServiceRow>(service_arn);
}

}  // namespace

Status make_room_for(Tx& tx, const std::string& service_arn) {
  auto found = tx.find<ServiceRow>(service_arn);
  if (!found) return Done{};
  if (found->status == "ACTIVE") return invalid_parameter("Creation of service was not idempotent.");
  if (found->status == "DRAINING") return invalid_parameter("Unable to Start a service that is still Draining.");
  forget_service(tx, service_arn);
  return Done{};
}

/// Creates a service and starts its first deployment. Source: reference/ecs-core.md §1.9.
Result<CreateServiceResponse> create_service(Tx& tx, const Caller& who, const CreateServiceRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto strategy = in.scheduling_strategy.value_or(SchedulingStrategy::replica);
  TRY(check_request(in, strategy));
  auto arn = service_arn_of(who, cluster->cluster_arn, in.service_name);
  if (auto found = tx.find<ServiceRow>(arn); found && made_service(tx, in, *found, tx.now())) {
    return CreateServiceResponse{.service = describe_service(tx, *found, true)};
  }
  TRY(make_room_for(tx, arn));
  remember_request(tx, in, arn);
  if (is_external_request(in)) return create_external(tx, who, in, cluster->cluster_arn);
  auto definition = find_task_definition(tx, who, *in.task_definition);
  if (!definition) return client_error("TaskDefinition not found.");
  auto configuration = complete_deployment_configuration(in.deployment_configuration, strategy);
  TRY(check_deployment_configuration(configuration, strategy));
  if (in.capacity_provider_strategy) TRY(check_strategy(tx, who, *in.capacity_provider_strategy, cluster->capacity_providers));
  auto revision = new_revision(tx, who, cluster->cluster_arn, in.service_name);
  revision.task_definition_arn = definition->task_definition_arn;
  set_capacity(in, *cluster, revision);
  TRY(check_fits(*definition, revision));
  TRY(check_network(tx, in.network_configuration, definition->definition));
  TRY(check_runs(in.platform_version, in.network_configuration, revision, definition->definition));
  revision.network_configuration = in.network_configuration;
  revision.load_balancers = in.load_balancers.value_or(std::vector<LoadBalancer>{});
  TRY(check_load_balancers(tx, revision.load_balancers, definition->definition));
  revision.service_registries = in.service_registries.value_or(std::vector<ServiceRegistry>{});
  TRY(check_service_registries(tx, revision.service_registries, definition->definition));
  if (in.service_connect_configuration) {
    revision.service_connect_configuration = TRY(resolve_connect(tx, *cluster, *in.service_connect_configuration));
    TRY(check_connect(tx, revision, definition->definition, configuration));
  }
  auto row = tx.put(service_row(tx, who, in, revision));
  TRY(check_placement_fits(*row, revision));
  TRY(check_rebalancing(in.availability_zone_rebalancing, *row, revision));
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = arn, .tags = *in.tags});
  if (configuration.strategy != DeploymentStrategy::rolling) revision.target_group_arn = idle_target_group(tx, *row, revision);
  start_deployment(tx, std::move(revision));
  return CreateServiceResponse{.service = describe_service(tx, *tx.find<ServiceRow>(arn), true)};
}

}  // namespace roadstead::ecs
