#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/services/service_places.h"
#include "decide/services/task_set_plan.h"
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

Result<std::shared_ptr<const ServiceRow>> find_active(Tx& tx, const Caller& who, const std::optional<std::string>& cluster_name,
                                                      const std::string& name) {
  auto cluster = TRY(find_cluster(tx, who, cluster_name));
  auto service = find_service(tx, who, cluster->cluster_arn, name);
  if (!service) return Error{"ServiceNotFoundException", "Service not found."};
  return service;
}

/// What makes ECS replace tasks (§4.12): the members that differ are put into `revision`; true when any did.
Result<bool> change_revision(Tx& tx, const Caller& who, const UpdateServiceRequest& in, const ServiceRow& service,
                             const DeploymentConfiguration& configuration, ServiceRevisionRow& revision) {
  auto before = revision;
  if (in.task_definition) {
    auto definition = find_task_definition(tx, who, *in.task_definition);
    if (!definition) return client_error("TaskDefinition not found.");
    if (definition->status != "ACTIVE") return client_error("TaskDefinition is inactive");
    revision.task_definition_arn = definition->task_definition_arn;
  }
  auto definition = tx.find<TaskDefinitionRow>(revision.task_definition_arn);
  if (!definition) return client_error("TaskDefinition not found.");
  if (in.network_configuration) revision.network_configuration = in.network_configuration;
  if (in.network_configuration || in.task_definition) {
    TRY(check_network(tx, revision.network_configuration, definition->definition));
  }
  TRY(check_capacity_change(in, revision));
  if (in.capacity_provider_strategy && in.force_new_deployment.value_or(false)) {
    auto cluster = tx.find<ClusterRow>(service.cluster_arn);
    TRY(check_strategy(tx, who, *in.capacity_provider_strategy, cluster->capacity_providers));
    revision.capacity_provider_strategy = *in.capacity_provider_strategy;
    revision.launch_type.reset();
    // An empty strategy goes back to the launch type (§4.12).
    if (revision.capacity_provider_strategy.empty()) revision.launch_type = "EC2";
    revision.platform_version.reset();
    if (is_fargate(revision.capacity_provider_strategy)) revision.platform_version = "LATEST";
  }
  TRY(check_runs(in.platform_version, in.network_configuration, revision, definition->definition));
  if (in.platform_version) revision.platform_version = in.platform_version;
  if (in.task_definition || (in.capacity_provider_strategy && in.force_new_deployment.value_or(false))) TRY(check_fits(*definition, revision));
  if (in.load_balancers) {
    if (service.express) {
      return invalid_parameter("The load balancers of an Express service are managed by ECS and cannot be changed here.");
    }
    revision.load_balancers = *in.load_balancers;
  }
  if (in.load_balancers || (in.task_definition && !service.express)) {
    TRY(check_load_balancers(tx, revision.load_balancers, definition->definition));
  }
  if (in.service_registries) revision.service_registries = *in.service_registries;
  if (in.service_registries || in.task_definition) {
    TRY(check_service_registries(tx, revision.service_registries, definition->definition));
  }
  if (in.service_connect_configuration) {
    auto cluster = tx.find<ClusterRow>(service.cluster_arn);
    revision.service_connect_configuration = TRY(resolve_connect(tx, *cluster, *in.service_connect_configuration));
  }
  if (in.service_connect_configuration || in.task_definition || in.deployment_configuration) {
    TRY(check_connect(tx, revision, definition->definition, configuration));
  }
  return !(revision == before) || in.force_new_deployment.value_or(false);
}

Result<DeploymentConfiguration> changed_configuration(const UpdateServiceRequest& in, const ServiceRow& service) {
  auto current = service.deployment_configuration.value_or(DeploymentConfiguration{});
  if (!in.deployment_configuration) return current;
  auto given = *in.deployment_configuration;
  if (service.express && given.strategy && given.strategy != current.strategy) {
    return invalid_parameter("The deployment strategy of an Express service cannot be changed; its bake times can.");
  }
  // The structure is replaced as a whole, but the strategy stays unless another is named.
  if (!given.strategy) given.strategy = current.strategy;
  auto strategy = is_daemon(service) ? SchedulingStrategy::daemon : SchedulingStrategy::replica;
  auto configuration = complete_deployment_configuration(given, strategy);
  TRY(check_deployment_configuration(configuration, strategy));
  return configuration;
}

void change_service(ServiceRow& row, const UpdateServiceRequest& in) {
  if (in.desired_count) row.desired_count = *in.desired_count;
  if (in.health_check_grace_period_seconds) row.health_check_grace_period_seconds = in.health_check_grace_period_seconds;
  if (in.placement_constraints) row.placement_constraints = *in.placement_constraints;
  if (in.placement_strategy) row.placement_strategy = shown_strategies(*in.placement_strategy);
  if (in.availability_zone_rebalancing) row.availability_zone_rebalancing = to_string(*in.availability_zone_rebalancing);
  if (in.enable_execute_command) row.enable_execute_command = *in.enable_execute_command;
  if (in.enable_ecs_managed_tags) row.enable_ecs_managed_tags = *in.enable_ecs_managed_tags;
  if (in.propagate_tags) row.propagate_tags = to_string(*in.propagate_tags);
  if (in.service_registries) row.service_registries = *in.service_registries;
}

/// What an Express service remembers of a network that was changed here; the group that is managed for it always stays.
void keep_express_network(const ServiceRow& service, ServiceRevisionRow& draft) {
  if (!service.express || !draft.express || !draft.network_configuration || !draft.network_configuration->awsvpc_configuration) return;
  auto& network = *draft.network_configuration->awsvpc_configuration;
  auto groups = network.security_groups.value_or(std::vector<std::string>{});
  const auto& managed = service.express->service_security_group_id;
  if (managed) std::erase(groups, *managed);
  draft.express->subnet_ids = network.subnets;
  draft.express->security_group_ids = groups;
  if (managed) groups.insert(groups.begin(), *managed);
  network.security_groups = std::move(groups);
}

/// A service that somebody else deploys: what runs belongs to its task sets (§4.12).
Result<UpdateServiceResponse> update_external(Tx& tx, const UpdateServiceRequest& in, const ServiceRow& service) {
  bool of_task_sets = in.task_definition || in.network_configuration || in.platform_version || in.load_balancers || in.service_registries ||
                      in.service_connect_configuration || in.capacity_provider_strategy ||
                      in.deployment_configuration || in.force_new_deployment.value_or(false);
  if (of_task_sets) {
    return invalid_parameter("Services with the EXTERNAL deployment controller can only change desiredCount, healthCheckGracePeriodSeconds, "
                             "placement and tag options here. Create a task set for the rest.");
  }
  auto row = tx.update<ServiceRow>(service.service_arn, [&](ServiceRow& changed) {
    change_service(changed, in);
    changed.updated_at = tx.now();
  });
  return UpdateServiceResponse{.service = describe_service(tx, *row, true)};
}

}  // namespace

void drain_service(Tx& tx, const std::string& service_arn) {
  tx.update<ServiceRow>(service_arn, [&](ServiceRow& row) {
    row.status = "DRAINING";
    row.desired_count = 0;
    row.updated_at = tx.now();
    row.steady = false;
  });
  keep_connect_endpoints(tx, service_arn);
}

/// Changes a service; a change of what its tasks are starts a deployment. Source: reference/ecs-core.md §4.12.
Result<UpdateServiceResponse> update_service(Tx& tx, const Caller& who, const UpdateServiceRequest& in) {
  auto service = TRY(find_active(tx, who, in.cluster, in.service));
  if (service->status != "ACTIVE") return Error{"ServiceNotActiveException", "Service was not ACTIVE."};
  TRY(check_placement(in.placement_constraints, in.placement_strategy));
  if (is_daemon(*service)) TRY(check_daemon(in));
  if (in.desired_count) TRY(check_desired_count(*in.desired_count));
  TRY(check_service_change(in, *service));
  TRY(check_supported(in));
  if (is_external(*service)) return update_external(tx, in, *service);
  auto configuration = TRY(changed_configuration(in, *service));
  auto current = tx.find<ServiceRevisionRow>(service->primary_revision_arn);
  auto draft = *current;
  bool deploys = TRY(change_revision(tx, who, in, *service, configuration, draft));
  if (in.network_configuration) keep_express_network(*service, draft);
  auto changed = tx.update<ServiceRow>(service->service_arn, [&](ServiceRow& row) {
    change_service(row, in);
    row.deployment_configuration = configuration;
    row.updated_at = tx.now();
  });
  if (in.placement_constraints || in.placement_strategy) TRY(check_placement_fits(*changed, draft));
  TRY(check_rebalancing(in.availability_zone_rebalancing, *changed, draft));
  if (deploys) {
    auto revision = new_revision(tx, who, service->cluster_arn, service->service_name);
    draft.service_revision_arn = revision.service_revision_arn;
    draft.deployment_id = revision.deployment_id;
    draft.created_at = revision.created_at;
    draft.updated_at = revision.updated_at;
    draft.deployment_status = revision.deployment_status;
    draft.rollout_state = revision.rollout_state;
    draft.rollout_state_reason = revision.rollout_state_reason;
    draft.failed_tasks = 0;
    draft.container_images.clear();
    if (configuration.strategy != DeploymentStrategy::rolling) draft.target_group_arn = idle_target_group(tx, *changed, draft);
    start_deployment(tx, std::move(draft));
  } else {
    tx.update<ServiceRevisionRow>(current->service_revision_arn, [&](ServiceRevisionRow& row) {
      row.desired_count = changed->desired_count;
    });
    if (service->current_deployment_arn) {
      tx.update<ServiceDeploymentRow>(*service->current_deployment_arn, [&](ServiceDeploymentRow& row) {
        row.deployment_configuration = configuration;
      });
    }
  }
  return UpdateServiceResponse{.service = describe_service(tx, *tx.find<ServiceRow>(service->service_arn), true)};
}

/// Errors: InvalidParameterException while it is scaled above 0 and `force` is not set (exact, §1.9).
Result<DeleteServiceResponse> delete_service(Tx& tx, const Caller& who, const DeleteServiceRequest& in) {
  auto service = TRY(find_active(tx, who, in.cluster, in.service));
  if (service->status == "INACTIVE") return Error{"ServiceNotFoundException", "Service not found."};
  if (service->express && service->status == "ACTIVE") {
    return invalid_parameter("This is an Express service; delete it with DeleteExpressGatewayService.");
  }
  if (service->desired_count > 0 && !is_daemon(*service) && !in.force.value_or(false)) {
    return invalid_parameter("The service cannot be stopped while it is scaled above 0.");
  }
  if (service->status == "ACTIVE") drain_service(tx, service->service_arn);
  return DeleteServiceResponse{.service = describe_service(tx, *tx.find<ServiceRow>(service->service_arn), true)};
}

}  // namespace roadstead::ecs
