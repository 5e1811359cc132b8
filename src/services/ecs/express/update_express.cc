#include "base/text/text.h"
#include "decide/express/express_resources.h"
#include "services/ecs/express/express.h"
#include "services/ecs/express/express_definition.h"
#include "services/ecs/lookup.h"
#include "services/ecs/services/deployment_start.h"
#include "services/ecs/services/services.h"
#include "services/ecs/task_definitions/definition_rules.h"
#include "services/ecs/task_definitions/task_definitions.h"

namespace roadstead::ecs {

namespace {

ExpressChange change_of(const UpdateExpressGatewayServiceRequest& in) {
  return {.container = in.primary_container,
          .execution_role_arn = in.execution_role_arn,
          .task_role_arn = in.task_role_arn,
          .cpu = in.cpu,
          .memory = in.memory,
          .cpu_architecture = in.cpu_architecture ? std::optional(task_architecture(in.cpu_architecture)) : std::nullopt};
}

/// Whether the request touches nothing but how many tasks there are.
bool changes_only_scaling(const UpdateExpressGatewayServiceRequest& in) {
  return in.scaling_target && change_of(in).empty() && !in.health_check_path && !in.network_configuration && !in.task_definition_arn;
}

/// The definition to run: the one named, or the running one with the change applied. A user's own definition is never
/// written to: the changed copy goes to the family that Express owns (§1.6).
Result<std::shared_ptr<const TaskDefinitionRow>> next_definition(Tx& tx, const Caller& who, const UpdateExpressGatewayServiceRequest& in,
                                                                  const ServiceRow& service, const ServiceRevisionRow& running) {
  auto change = change_of(in);
  if (in.task_definition_arn) {
    if (!change.empty()) {
      return invalid_parameter("taskDefinitionArn cannot be provided with primaryContainer, executionRoleArn, taskRoleArn, cpu, or memory.");
    }
    auto definition = find_task_definition(tx, who, *in.task_definition_arn);
    if (!definition) return invalid_parameter(cat("The task definition ", *in.task_definition_arn, " does not exist."));
    if (definition->status != "ACTIVE") return client_error("TaskDefinition is inactive");
    TRY(check_own_definition(definition->definition));
    return definition;
  }
  auto current = tx.find<TaskDefinitionRow>(running.task_definition_arn);
  if (!current) return invalid_parameter("The task definition that the service runs no longer exists. Update it with taskDefinitionArn.");
  auto changed = current->definition;
  TRY(apply_change(changed, change, who.region));
  if (changed == current->definition) return current;
  changed.family = cat(last_part(service.cluster_arn), '-', service.service_name).substr(0, 255);
  auto complete = TRY(complete_definition(std::move(changed), who.account_id));
  return store_revision(tx, who, std::move(complete));
}

Status change_network(Tx& tx, const UpdateExpressGatewayServiceRequest& in, const ExpressService& express, ServiceRevisionRow& revision) {
  auto& kept = *revision.express;
  if (in.network_configuration) {
    const auto& given = *in.network_configuration;
    if (given.subnets && !given.subnets->empty()) kept.subnet_ids = *given.subnets;
    if (given.security_groups) kept.security_group_ids = *given.security_groups;
  }
  for (const auto& id : kept.subnet_ids) {
    if (!tx.contains<SubnetRow>(id)) return invalid_parameter(cat("The subnet ID '", id, "' does not exist."));
  }
  for (const auto& id : kept.security_group_ids) {
    if (!tx.contains<SecurityGroupRow>(id)) return invalid_parameter(cat("The security group '", id, "' does not exist."));
  }
  AwsVpcConfiguration network{.subnets = kept.subnet_ids, .security_groups = kept.security_group_ids, .assign_public_ip = AssignPublicIp::enabled};
  network.security_groups->insert(network.security_groups->begin(), *express.service_security_group_id);
  revision.network_configuration = NetworkConfiguration{.awsvpc_configuration = std::move(network)};
  return Done{};
}

/// A log group that the request names is made if it is not there.
void make_log_group(Tx& tx, const UpdateExpressGatewayServiceRequest& in, const ServiceRow& service, ServiceRevisionRow& revision) {
  if (!in.primary_container || !in.primary_container->aws_logs_configuration) return;
  const auto& name = in.primary_container->aws_logs_configuration->log_group;
  provision_log_group(tx, name, service.service_arn, tags_of(tx, service.service_arn));
  revision.express->log_group_names = {name};
}

}  // namespace

/// Starts a deployment from what runs now: what the request does not name survives, also what was changed by hand (§1.3).
Result<UpdateExpressGatewayServiceResponse> update_express_gateway_service(
    Tx& tx, const Caller& who, const UpdateExpressGatewayServiceRequest& in
) {
  auto service = TRY(find_express(tx, who, in.service_arn, "ServiceNotFoundException"));
  if (service->status != "ACTIVE") {
    return Error{"ServiceNotActiveException", cat("Cannot perform this operation on a service in ", service->status, " status")};
  }
  if (in.health_check_path) TRY(check_health_check_path(*in.health_check_path));
  TRY(check_role_arn(in.execution_role_arn));
  TRY(check_role_arn(in.task_role_arn));
  auto running = tx.find<ServiceRevisionRow>(service->primary_revision_arn);
  auto definition = TRY(next_definition(tx, who, in, *service, *running));
  TRY(check_architecture_here(tx, definition->definition));
  auto scaling = TRY(merge_scaling(running->express->scaling_target.value_or(ExpressGatewayScalingTarget{}), in.scaling_target));
  auto fresh = new_revision(tx, who, service->cluster_arn, service->service_name);
  fresh.task_definition_arn = definition->task_definition_arn;
  fresh.capacity_provider_strategy = running->capacity_provider_strategy;
  fresh.platform_version = running->platform_version;
  fresh.express = running->express;
  fresh.express->scaling_target = scaling;
  fresh.express->container_port = main_port_of(definition->definition);
  if (in.health_check_path) fresh.express->health_check_path = *in.health_check_path;
  TRY(change_network(tx, in, *service->express, fresh));
  make_log_group(tx, in, *service, fresh);
  update_scaling(tx, service->service_arn, scaling);
  bool without_tasks = changes_only_scaling(in) && running->rollout_state == "COMPLETED" && !service->current_deployment_arn;
  fresh.target_group_arn = without_tasks ? running->target_group_arn : idle_target_group(tx, *service, fresh);
  if (without_tasks) {
    fresh.container_images = running->container_images;
  } else {
    prepare_target_group(tx, *service->express, *fresh.target_group_arn, fresh.express->container_port, fresh.express->health_check_path);
  }
  auto revision_arn = fresh.service_revision_arn;
  start_deployment(tx, std::move(fresh), without_tasks);
  auto stored = tx.find<ServiceRow>(service->service_arn);
  UpdatedExpressGatewayService out;
  out.service_arn = stored->service_arn;
  out.cluster = stored->cluster_arn;
  out.service_name = stored->service_name;
  out.status = ExpressGatewayServiceStatus{.status_code = ExpressGatewayServiceStatusCode::active};
  out.target_configuration = describe_configuration(tx, *stored, *tx.find<ServiceRevisionRow>(revision_arn));
  out.created_at = stored->created_at;
  out.updated_at = stored->updated_at;
  return UpdateExpressGatewayServiceResponse{.service = std::move(out)};
}

/// Wants a service and everything that only it uses gone. Errors: ServiceNotActiveException (texts exact, §1.4).
Result<DeleteExpressGatewayServiceResponse> delete_express_gateway_service(
    Tx& tx, const Caller& who, const DeleteExpressGatewayServiceRequest& in
) {
  auto service = TRY(find_express(tx, who, in.service_arn, "ServiceNotFoundException"));
  if (service->status == "DRAINING") return Error{"ServiceNotActiveException", "Service is in DRAINING status"};
  if (service->status == "INACTIVE") {
    return Error{"ServiceNotActiveException", "Cannot perform this operation on a service in INACTIVE status"};
  }
  drain_service(tx, service->service_arn);
  mark_deprovisioning(tx, *service->express);
  auto drained = tx.find<ServiceRow>(service->service_arn);
  return DeleteExpressGatewayServiceResponse{.service = describe_express(tx, *drained, false)};
}

}  // namespace roadstead::ecs
