#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/express/express_resources.h"
#include "decide/placement/placement.h"
#include "services/ecs/clusters/clusters.h"
#include "services/ecs/express/express.h"
#include "services/ecs/express/express_definition.h"
#include "services/ecs/lookup.h"
#include "services/ecs/services/deployment_start.h"
#include "services/ecs/services/services.h"
#include "services/ecs/task_definitions/definition_rules.h"
#include "services/ecs/task_definitions/task_definitions.h"

namespace roadstead::ecs {

namespace {

/// "nginx" of "public.ecr.aws/nginx/nginx:latest".
std::string image_base_name(std::string_view image) {
  auto name = std::string(last_part(image.substr(0, image.find('@'))));
  name = name.substr(0, name.find(':'));
  std::string out;
  for (char c : name) out.push_back(is_valid_name(std::string_view(&c, 1)) ? c : '-');
  return out.empty() ? "service" : out;
}

Status check_members(const CreateExpressGatewayServiceRequest& in) {
  if (in.task_definition_arn) {
    if (in.primary_container || in.execution_role_arn || in.task_role_arn || in.cpu || in.memory) {
      return invalid_parameter("taskDefinitionArn cannot be provided with primaryContainer, executionRoleArn, taskRoleArn, cpu, or memory.");
    }
    if (in.cpu_architecture) return invalid_parameter("taskDefinitionArn cannot be provided with cpuArchitecture.");
  } else {
    if (!in.primary_container) return invalid_parameter("Either primaryContainer (with an image) or taskDefinitionArn must be provided.");
    if (!in.execution_role_arn) return invalid_parameter("executionRoleArn must be provided with primaryContainer.");
    if (trim(in.primary_container->image).empty()) return invalid_parameter("primaryContainer.image must not be empty.");
  }
  if (in.service_name && !is_valid_name(*in.service_name)) {
    return invalid_parameter("Service names are 1 to 255 letters, digits, hyphens and underscores.");
  }
  for (const auto& role : {std::optional(in.infrastructure_role_arn), in.execution_role_arn, in.task_role_arn}) TRY(check_role_arn(role));
  if (in.health_check_path) TRY(check_health_check_path(*in.health_check_path));
  if (in.tags) TRY(check_tags(*in.tags));
  return Done{};
}

Status check_subnets(const Reader& rows, const std::vector<std::string>& subnets, const std::vector<std::string>& groups) {
  for (const auto& id : subnets) {
    if (!rows.contains<SubnetRow>(id)) return invalid_parameter(cat("The subnet ID '", id, "' does not exist."));
  }
  for (const auto& id : groups) {
    if (!rows.contains<SecurityGroupRow>(id)) return invalid_parameter(cat("The security group '", id, "' does not exist."));
  }
  return Done{};
}

/// The configuration of every Express service's deployments (§3.1).
DeploymentConfiguration express_deployment_configuration(const Reader& rows, const std::string& alarm_name) {
  auto bake = installation(rows)->express_bake_minutes;
  DeploymentConfiguration out;
  out.strategy = DeploymentStrategy::canary;
  out.canary_configuration = CanaryConfiguration{.canary_percent = 5.0, .canary_bake_time_in_minutes = bake};
  out.bake_time_in_minutes = bake;
  out.maximum_percent = 200;
  out.minimum_healthy_percent = 100;
  out.deployment_circuit_breaker = DeploymentCircuitBreaker{.enable = true, .rollback = true};
  out.alarms = DeploymentAlarms{.alarm_names = {alarm_name}, .rollback = true, .enable = true};
  return out;
}

/// What is known about the service before anything is stored.
struct Draft {
  std::shared_ptr<const ClusterRow> cluster;
  std::string name;
  std::string service_arn;
  std::vector<Tag> tags;
  std::string health_check_path;
  ExpressGatewayScalingTarget scaling;
  std::vector<std::string> subnets;
  std::vector<std::string> groups;
  std::vector<std::string> log_groups;
};

Result<Draft> draft_of(Tx& tx, const Caller& who, const CreateExpressGatewayServiceRequest& in, const std::string& base_name) {
  Draft draft;
  bool is_default = cluster_arn_of(who, in.cluster) == cluster_arn_of(who, std::nullopt);
  draft.cluster = is_default ? ensure_cluster(tx, who, "default") : TRY(find_cluster(tx, who, in.cluster));
  draft.name = in.service_name.value_or(cat(base_name, '-', new_hex(tx.ids(), 4)));
  draft.service_arn = service_arn_of(who, draft.cluster->cluster_arn, draft.name);
  TRY(make_room_for(tx, draft.service_arn));
  draft.tags = in.tags.value_or(std::vector<Tag>{});
  draft.health_check_path = in.health_check_path.value_or("/");
  draft.scaling = TRY(merge_scaling({}, in.scaling_target));
  if (in.network_configuration) {
    draft.subnets = in.network_configuration->subnets.value_or(std::vector<std::string>{});
    draft.groups = in.network_configuration->security_groups.value_or(std::vector<std::string>{});
  }
  if (draft.subnets.empty()) draft.subnets = default_subnet_ids(tx);
  TRY(check_subnets(tx, draft.subnets, draft.groups));
  return draft;
}

/// The definition that the user brings.
Result<std::shared_ptr<const TaskDefinitionRow>> own_definition(Tx& tx, const Caller& who, const std::string& reference) {
  auto definition = find_task_definition(tx, who, reference);
  if (!definition) return invalid_parameter(cat("The task definition ", reference, " does not exist."));
  if (definition->status != "ACTIVE") return client_error("TaskDefinition is inactive");
  TRY(check_own_definition(definition->definition));
  return definition;
}

/// Makes the log group and the definition of a service that names only a container.
Result<std::shared_ptr<const TaskDefinitionRow>> make_definition(Tx& tx, const Caller& who, const CreateExpressGatewayServiceRequest& in,
                                                                  Draft& draft) {
  auto log_group = in.primary_container->aws_logs_configuration
                       ? in.primary_container->aws_logs_configuration->log_group
                       : generated_log_group_name(tx, draft.cluster->cluster_name, draft.name);
  auto family = cat(draft.cluster->cluster_name, '-', draft.name);
  auto definition = express_definition(family.substr(0, 255), log_group, who.region);
  RuntimePlatform platform;
  platform.cpu_architecture = task_architecture(in.cpu_architecture);
  platform.operating_system_family = OSFamily::linux_;
  definition.runtime_platform = platform;
  ExpressChange change{.container = in.primary_container,
                       .execution_role_arn = in.execution_role_arn,
                       .task_role_arn = in.task_role_arn,
                       .cpu = in.cpu,
                       .memory = in.memory};
  TRY(apply_change(definition, change, who.region));
  auto complete = TRY(complete_definition(std::move(definition), who.account_id));
  provision_log_group(tx, log_group, draft.service_arn, draft.tags);
  draft.log_groups.push_back(log_group);
  return store_revision(tx, who, std::move(complete));
}

ServiceRow service_row(Tx& tx, const Caller& who, const Draft& draft, const ServiceRevisionRow& revision, ExpressService express) {
  ServiceRow row;
  row.service_arn = draft.service_arn;
  row.service_name = draft.name;
  row.cluster_arn = draft.cluster->cluster_arn;
  row.status = "ACTIVE";
  row.desired_count = *draft.scaling.min_task_count;
  row.scheduling_strategy = "REPLICA";
  row.deployment_controller = DeploymentController{.type = DeploymentControllerType::ecs};
  row.deployment_configuration =
      express_deployment_configuration(tx, cat(draft.cluster->cluster_name, '/', draft.name, "/RollbackAlarm"));
  row.health_check_grace_period_seconds = installation(tx)->express_grace_seconds;
  row.enable_ecs_managed_tags = true;
  row.propagate_tags = "SERVICE";
  row.availability_zone_rebalancing = "ENABLED";
  row.role_arn = cat("arn:aws:iam::", who.account_id, ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
  row.created_by = who.principal_arn;
  row.created_at = tx.now();
  row.updated_at = tx.now();
  row.primary_revision_arn = revision.service_revision_arn;
  row.express = std::move(express);
  return row;
}

}  // namespace

/// Creates a service with everything around it: the answer names its URL, the rest follows by itself.
/// Errors: InvalidParameterException for every input that could never work, before anything is made (§1.7);
/// ClusterNotFoundException for a cluster other than "default" that is not there.
Result<CreateExpressGatewayServiceResponse> create_express_gateway_service(
    Tx& tx, const Caller& who, const CreateExpressGatewayServiceRequest& in
) {
  TRY(check_members(in));
  std::shared_ptr<const TaskDefinitionRow> definition;
  if (in.task_definition_arn) definition = TRY(own_definition(tx, who, *in.task_definition_arn));
  auto base_name = definition ? definition->family : image_base_name(in.primary_container->image);
  auto draft = TRY(draft_of(tx, who, in, base_name));
  if (!definition) definition = TRY(make_definition(tx, who, in, draft));
  TRY(check_architecture_here(tx, definition->definition));
  auto port = main_port_of(definition->definition);
  auto express = provision_express(tx, {.service_arn = draft.service_arn,
                                        .service_name = draft.name,
                                        .cluster_name = draft.cluster->cluster_name,
                                        .infrastructure_role_arn = in.infrastructure_role_arn,
                                        .subnet_ids = draft.subnets,
                                        .container_port = port,
                                        .health_check_path = draft.health_check_path,
                                        .scaling = draft.scaling,
                                        .tags = draft.tags});
  auto revision = new_revision(tx, who, draft.cluster->cluster_arn, draft.name);
  revision.task_definition_arn = definition->task_definition_arn;
  revision.capacity_provider_strategy = {{.capacity_provider = "FARGATE", .weight = 1, .base = 1}};
  revision.platform_version = "LATEST";
  AwsVpcConfiguration network{.subnets = draft.subnets, .security_groups = draft.groups, .assign_public_ip = AssignPublicIp::enabled};
  network.security_groups->insert(network.security_groups->begin(), *express.service_security_group_id);
  revision.network_configuration = NetworkConfiguration{.awsvpc_configuration = std::move(network)};
  revision.target_group_arn = express.target_group_arns.front();
  revision.express = ExpressRevision{.health_check_path = draft.health_check_path,
                                     .container_port = port,
                                     .scaling_target = draft.scaling,
                                     .security_group_ids = draft.groups,
                                     .subnet_ids = draft.subnets,
                                     .log_group_names = draft.log_groups};
  tx.put(service_row(tx, who, draft, revision, std::move(express)));
  if (!draft.tags.empty()) tx.put(ResourceTagsRow{.resource_arn = draft.service_arn, .tags = draft.tags});
  start_deployment(tx, std::move(revision));
  auto service = describe_express(tx, *tx.find<ServiceRow>(draft.service_arn), true);
  // AWS tells of the deployment only from the first Describe on (§1.2); Terraform asserts that.
  service.current_deployment.reset();
  return CreateExpressGatewayServiceResponse{.service = std::move(service)};
}

}  // namespace roadstead::ecs
