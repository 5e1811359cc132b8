#include "services/ecs/services/request_rules.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/tokens/request_token.h"
#include "services/ecs/lookup.h"
#include "services/ecs/tasks/task_rules.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t longest_token = 36;

Status check_grace_period(const std::optional<std::int32_t>& seconds) {
  if (seconds.value_or(0) >= 0) return Done{};
  return invalid_parameter("healthCheckGracePeriodSeconds must be between 0 and 2147483647.");
}

/// A role of one's own is for load balancers of services without addresses of their own; all others have the service-linked one.
Status check_role(const CreateServiceRequest& in) {
  if (!in.role || in.role->empty()) return Done{};
  bool own_addresses = in.network_configuration && in.network_configuration->awsvpc_configuration;
  bool linked = own_addresses || (in.service_registries && !in.service_registries->empty());
  if (linked) return invalid_parameter("You cannot specify an IAM role for services that require a service linked role.");
  if (in.load_balancers && !in.load_balancers->empty()) return Done{};
  return invalid_parameter("IAM roles are only valid for services configured to use load balancers.");
}

/// What watches over deployments of ECS has nothing to watch when somebody else deploys (§4.8, §4.9, §4.11).
Status check_controller(const CreateServiceRequest& in) {
  if (!in.deployment_controller || in.deployment_controller->type == DeploymentControllerType::ecs || !in.deployment_configuration) return Done{};
  const auto& given = *in.deployment_configuration;
  auto refused = [](std::string_view member) {
    return invalid_parameter(cat("The ", member, " is only supported for services with the ECS deployment controller. Remove it and try again."));
  };
  if (given.deployment_circuit_breaker && given.deployment_circuit_breaker->enable) return refused("deploymentCircuitBreaker");
  if (given.alarms && given.alarms->enable) return refused("alarms configuration");
  if (given.strategy.value_or(DeploymentStrategy::rolling) != DeploymentStrategy::rolling) return refused("deployment strategy");
  return Done{};
}

template <class Request>
Status check_connectors(const Request& in) {
  if (!in.gateway_connectors || in.gateway_connectors->empty()) return Done{};
  return Error{"UnsupportedFeatureException", "Gateway connectors are not supported. Use a load balancer."};
}

bool runs_on_fargate(const ServiceRevisionRow& revision) {
  return revision.launch_type == "FARGATE" || is_fargate(revision.capacity_provider_strategy);
}

}  // namespace

Status check_launch_type(const std::optional<LaunchType>& launch_type) {
  if (launch_type != LaunchType::managed_instances) return Done{};
  return invalid_parameter("launch type should be one of [EC2,FARGATE,EXTERNAL]");
}

Status check_new_service(const CreateServiceRequest& in) {
  TRY(check_client_token(in.client_token, longest_token));
  TRY(check_launch_type(in.launch_type));
  TRY(check_role(in));
  TRY(check_grace_period(in.health_check_grace_period_seconds));
  TRY(check_connectors(in));
  return check_controller(in);
}

Status check_service_change(const UpdateServiceRequest& in, const ServiceRow& service) {
  TRY(check_grace_period(in.health_check_grace_period_seconds));
  TRY(check_connectors(in));
  auto now = service.deployment_controller ? service.deployment_controller->type : DeploymentControllerType::ecs;
  if (!in.deployment_controller || in.deployment_controller->type == now) return Done{};
  return Error{"UnsupportedFeatureException", cat("The deployment controller of a service cannot be changed from ", to_string(now), " to ",
                                                  to_string(in.deployment_controller->type), ". Create a service with the other controller.")};
}

Status check_capacity_change(const UpdateServiceRequest& in, const ServiceRevisionRow& current) {
  if (!in.capacity_provider_strategy || in.force_new_deployment.value_or(false)) return Done{};
  if (*in.capacity_provider_strategy == current.capacity_provider_strategy) return Done{};
  return invalid_parameter("When switching from launch type to capacity provider strategy on an existing service, or making a change to a "
                           "capacity provider strategy on a service that is already using one, you must force a new deployment.");
}

Status check_runs(const std::optional<std::string>& platform_version, const std::optional<NetworkConfiguration>& network,
                  const ServiceRevisionRow& revision, const TaskDefinition& definition) {
  TRY(check_platform(platform_version, runs_on_fargate(revision), definition));
  return check_public_ip(network, runs_on_fargate(revision));
}

bool made_service(const Reader& rows, const CreateServiceRequest& in, const ServiceRow& service, Instant now) {
  auto asked = token_of("CreateService", service.service_arn, in);
  auto known = service.status == "ACTIVE" ? find_token(rows, asked, now) : nullptr;
  return known && known->request_hash == asked.request_hash;
}

void remember_request(Tx& tx, const CreateServiceRequest& in, const std::string& service_arn) {
  keep_token(tx, token_of("CreateService", service_arn, in), {service_arn});
}

}  // namespace roadstead::ecs
