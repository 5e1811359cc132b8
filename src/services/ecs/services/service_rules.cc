#include "services/ecs/services/service_rules.h"

#include <algorithm>
#include <cmath>

#include "base/text/text.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/services/hooks/pause_hooks.h"
#include "decide/services/zones/rebalancing.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr int longest_bake_minutes = 1440;
constexpr int most_tasks = 5000;
constexpr std::size_t most_pause_hooks = 10;

bool in_range(double value, double lowest, double highest) { return value >= lowest && value <= highest; }

/// Whether a percentage has at most one digit after the point; most tenths are not exact as binary numbers.
bool is_tenths(double percent) { return std::abs(percent * 10 - std::round(percent * 10)) < 1e-6; }

/// What a strategy's steps are when the request does not say it (§4.11); in effect and shown alike.
void complete_steps(DeploymentConfiguration& configuration) {
  if (configuration.strategy == DeploymentStrategy::canary) {
    auto& canary = configuration.canary_configuration ? *configuration.canary_configuration : configuration.canary_configuration.emplace();
    canary.canary_percent = canary.canary_percent.value_or(5.0);
    canary.canary_bake_time_in_minutes = canary.canary_bake_time_in_minutes.value_or(10);
  }
  if (configuration.strategy == DeploymentStrategy::linear) {
    auto& linear = configuration.linear_configuration ? *configuration.linear_configuration : configuration.linear_configuration.emplace();
    linear.step_percent = linear.step_percent.value_or(10.0);
    linear.step_bake_time_in_minutes = linear.step_bake_time_in_minutes.value_or(6);
  }
}

/// Members that the strategy would never look at, or that could never do what they ask for.
Status check_consistent(const DeploymentConfiguration& configuration) {
  auto strategy = configuration.strategy.value_or(DeploymentStrategy::rolling);
  auto only_for = [&](std::string_view member, DeploymentStrategy its) {
    return invalid_parameter(cat(member, " is only supported with the ", to_string(its), " deployment strategy, and this service's is ",
                                 to_string(strategy), ". Remove it, or set strategy to ", to_string(its), '.'));
  };
  if (configuration.canary_configuration && strategy != DeploymentStrategy::canary) {
    return only_for("canaryConfiguration", DeploymentStrategy::canary);
  }
  if (configuration.linear_configuration && strategy != DeploymentStrategy::linear) {
    return only_for("linearConfiguration", DeploymentStrategy::linear);
  }
  if (configuration.alarms && configuration.alarms->enable && configuration.alarms->alarm_names.empty()) {
    return invalid_parameter("alarms is enabled and names no alarm. Give alarmNames, or set enable to false.");
  }
  return Done{};
}

Status check_steps(const DeploymentConfiguration& configuration) {
  if (configuration.canary_configuration) {
    const auto& canary = *configuration.canary_configuration;
    auto percent = canary.canary_percent.value_or(5.0);
    if (!in_range(percent, 0.1, 100)) return invalid_parameter("canaryPercent must be between 0.1 and 100.");
    if (!is_tenths(percent)) return invalid_parameter("canaryPercent must be a multiple of 0.1.");
    if (!in_range(canary.canary_bake_time_in_minutes.value_or(10), 0, longest_bake_minutes)) {
      return invalid_parameter("canaryBakeTimeInMinutes must be between 0 and 1440.");
    }
  }
  if (configuration.linear_configuration) {
    const auto& linear = *configuration.linear_configuration;
    auto percent = linear.step_percent.value_or(10.0);
    if (!in_range(percent, 3, 100)) return invalid_parameter("stepPercent must be between 3 and 100.");
    if (!is_tenths(percent)) return invalid_parameter("stepPercent must be a multiple of 0.1.");
    if (!in_range(linear.step_bake_time_in_minutes.value_or(6), 0, longest_bake_minutes)) {
      return invalid_parameter("stepBakeTimeInMinutes must be between 0 and 1440.");
    }
  }
  if (!in_range(configuration.bake_time_in_minutes.value_or(0), 0, longest_bake_minutes)) {
    return invalid_parameter("bakeTimeInMinutes must be between 0 and 1440.");
  }
  return Done{};
}

/// Only PAUSE hooks: what a Lambda hook would call is not here.
Status check_hook(const DeploymentLifecycleHook& hook) {
  if (hook.target_type != DeploymentLifecycleHookTargetType::pause) {
    return Error{"UnsupportedFeatureException", "Lifecycle hooks with a Lambda function are not supported. Use a hook with targetType PAUSE and ContinueServiceDeployment."};
  }
  if (hook.hook_target_arn || hook.role_arn) return invalid_parameter("A hook with targetType PAUSE has no hookTargetArn and no roleArn.");
  if (!hook.lifecycle_stages || hook.lifecycle_stages->empty()) return invalid_parameter("lifecycleStages of a lifecycle hook can not be empty.");
  for (auto stage : *hook.lifecycle_stages) {
    if (!waiting_stage(stage)) return invalid_parameter(cat("A hook with targetType PAUSE cannot pause in ", to_string(stage), '.'));
  }
  return Done{};
}

Status check_hooks(const DeploymentConfiguration& configuration) {
  if (!configuration.lifecycle_hooks || configuration.lifecycle_hooks->empty()) return Done{};
  for (const auto& hook : *configuration.lifecycle_hooks) TRY(check_hook(hook));
  if (configuration.lifecycle_hooks->size() > most_pause_hooks) return invalid_parameter("A service has at most 10 lifecycle hooks with targetType PAUSE.");
  if (configuration.strategy.value_or(DeploymentStrategy::rolling) == DeploymentStrategy::rolling) {
    return invalid_parameter("Lifecycle hooks are not supported for the ROLLING deployment strategy. Use BLUE_GREEN, LINEAR or CANARY.");
  }
  return Done{};
}

Status check_load_balancer(const Reader& rows, const LoadBalancer& balancer, const TaskDefinition& definition) {
  auto name = balancer.container_name.value_or("");
  auto same = [&](const ContainerDefinition& container) { return container.name == name; };
  auto container = std::ranges::find_if(*definition.container_definitions, same);
  if (container == definition.container_definitions->end()) {
    return invalid_parameter(cat("The container ", name, " does not exist in the task definition."));
  }
  auto has_port = [&](const PortMapping& port) { return port.container_port == balancer.container_port; };
  if (std::ranges::none_of(*container->port_mappings, has_port)) {
    return invalid_parameter(cat("The container ", name, " did not have a container port ", balancer.container_port.value_or(0), " defined."));
  }
  if (balancer.load_balancer_name && balancer.target_group_arn) {
    return invalid_parameter("loadBalancerName and targetGroupArn cannot both be specified. Give the targetGroupArn.");
  }
  if (!balancer.target_group_arn) return invalid_parameter("Classic Load Balancers are not supported with Fargate, nor with any other launch type here. Give a targetGroupArn.");
  if (!rows.contains<TargetGroupRow>(*balancer.target_group_arn)) {
    return invalid_parameter(cat("The target group with targetGroupArn ", *balancer.target_group_arn, " does not exist."));
  }
  return Done{};
}

/// What creating and updating share (§1.9).
template <class Request>
Status check_daemon_request(const Request& in) {
  if (in.desired_count) {
    return invalid_parameter("The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again.");
  }
  if (in.placement_strategy && !in.placement_strategy->empty()) {
    return invalid_parameter("The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again.");
  }
  if (in.capacity_provider_strategy && !in.capacity_provider_strategy->empty()) {
    return invalid_parameter("The daemon scheduling strategy does not support capacity provider strategies. Use the launch type EC2 or EXTERNAL.");
  }
  if (in.availability_zone_rebalancing == AvailabilityZoneRebalancing::enabled) {
    return invalid_parameter("The daemon scheduling strategy does not support Availability Zone rebalancing. Set availabilityZoneRebalancing to DISABLED and try again.");
  }
  return Done{};
}

}  // namespace

Status check_daemon(const CreateServiceRequest& in) {
  TRY(check_daemon_request(in));
  if (in.launch_type == LaunchType::fargate) {
    return invalid_parameter("The daemon scheduling strategy does not support the FARGATE launch type. Use EC2 or EXTERNAL.");
  }
  if (in.deployment_controller && in.deployment_controller->type != DeploymentControllerType::ecs) {
    return invalid_parameter(cat("The daemon scheduling strategy does not support the ", to_string(in.deployment_controller->type),
                                 " deployment controller. Use ECS."));
  }
  return Done{};
}

Status check_daemon(const UpdateServiceRequest& in) { return check_daemon_request(in); }

Status check_placement_fits(const ServiceRow& service, const ServiceRevisionRow& revision) {
  bool fargate = revision.launch_type == "FARGATE" || is_fargate(revision.capacity_provider_strategy);
  if (!fargate || (service.placement_constraints.empty() && service.placement_strategy.empty())) return Done{};
  return invalid_parameter("Placement constraints and strategies are not supported with FARGATE launch type.");
}

Status check_rebalancing(
    const std::optional<AvailabilityZoneRebalancing>& asked, const ServiceRow& service, const ServiceRevisionRow& revision
) {
  if (asked != AvailabilityZoneRebalancing::enabled || can_rebalance(service, revision)) return Done{};
  return invalid_parameter(
      "The service does not support Availability Zone rebalancing: it needs a maximumPercent above 100, spread by "
      "attribute:ecs.availability-zone as its first placement strategy if it has any, no constraint on that attribute, and a launch "
      "type other than EXTERNAL. Set availabilityZoneRebalancing to DISABLED and try again."
  );
}

std::vector<PlacementStrategy> shown_strategies(std::vector<PlacementStrategy> strategies) {
  for (auto& strategy : strategies) {
    auto field = to_lower(strategy.field.value_or(""));
    if (strategy.type == PlacementStrategyType::binpack) strategy.field = field == "cpu" ? "CPU" : "MEMORY";
    if (field == "host" || field == "instanceid") strategy.field = "instanceId";
  }
  return strategies;
}

DeploymentConfiguration complete_deployment_configuration(
    std::optional<DeploymentConfiguration> given, SchedulingStrategy strategy
) {
  auto out = given.value_or(DeploymentConfiguration{});
  bool daemon = strategy == SchedulingStrategy::daemon;
  out.maximum_percent = out.maximum_percent.value_or(daemon ? 100 : 200);
  out.minimum_healthy_percent = out.minimum_healthy_percent.value_or(daemon ? 0 : 100);
  out.strategy = out.strategy.value_or(DeploymentStrategy::rolling);
  out.bake_time_in_minutes = out.bake_time_in_minutes.value_or(0);
  complete_steps(out);
  if (!out.deployment_circuit_breaker) {
    out.deployment_circuit_breaker = DeploymentCircuitBreaker{.enable = false, .rollback = false};
  }
  return out;
}

Status check_deployment_configuration(const DeploymentConfiguration& configuration, SchedulingStrategy strategy) {
  int lowest = configuration.minimum_healthy_percent.value_or(100);
  int highest = configuration.maximum_percent.value_or(200);
  if (strategy == SchedulingStrategy::daemon && highest > 100) {
    return invalid_parameter("The daemon scheduling strategy does not support values above 100 for maximumPercent.");
  }
  if (lowest < 0 || lowest > 100) return invalid_parameter("minimumHealthyPercent must be at most 100.");
  if (strategy == SchedulingStrategy::replica && highest < 100) return invalid_parameter("maximumPercent must be at least 100.");
  if (lowest == 100 && highest == 100) {
    return invalid_parameter("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  }
  if (strategy == SchedulingStrategy::daemon && lowest >= highest) {
    return invalid_parameter("minimumHealthyPercent must be less than maximumPercent, or no task could ever be replaced.");
  }
  if (strategy == SchedulingStrategy::daemon && configuration.strategy.value_or(DeploymentStrategy::rolling) != DeploymentStrategy::rolling) {
    return invalid_parameter(cat("The daemon scheduling strategy does not support the ", to_string(*configuration.strategy),
                                 " deployment strategy. Use ROLLING."));
  }
  TRY(check_consistent(configuration));
  TRY(check_steps(configuration));
  return check_hooks(configuration);
}

Status check_load_balancers(const Reader& rows, const std::vector<LoadBalancer>& balancers, const TaskDefinition& definition) {
  if (balancers.size() > 5) return invalid_parameter("A service has at most 5 target groups.");
  for (const auto& balancer : balancers) TRY(check_load_balancer(rows, balancer, definition));
  return Done{};
}

Status check_desired_count(std::int32_t count) {
  if (count < 0) return invalid_parameter("desiredCount must not be negative.");
  if (count > most_tasks) return invalid_parameter("desiredCount must be at most 5000, the most tasks that a service may have.");
  return Done{};
}

Status check_fits(const TaskDefinitionRow& definition, const ServiceRevisionRow& revision) {
  if (definition.status != "ACTIVE") return client_error("TaskDefinition is inactive");
  bool fargate = revision.launch_type == "FARGATE" || is_fargate(revision.capacity_provider_strategy);
  const auto& fits = *definition.definition.compatibilities;
  if (fargate && std::ranges::find(fits, Compatibility::fargate) == fits.end()) {
    return invalid_parameter("Task definition does not support launch_type FARGATE.");
  }
  return Done{};
}

}  // namespace roadstead::ecs
