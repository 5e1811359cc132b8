// Rules for services that creating and updating share. Source: reference/ecs-core.md §1.9.
#pragma once

#include "api/ecs/create_service.gen.h"
#include "api/ecs/update_service.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The configuration with AWS's defaults for what is absent.
DeploymentConfiguration complete_deployment_configuration(
    std::optional<DeploymentConfiguration> given, SchedulingStrategy strategy
);

/// Errors: InvalidParameterException for percentages that block deployments, canary and linear numbers out of range, members that
/// are not of the strategy, and enabled alarms without a name.
Status check_deployment_configuration(const DeploymentConfiguration& configuration, SchedulingStrategy strategy);

/// Checks that load balancers name containers and ports of the definition, and target groups that are attached.
Status check_load_balancers(const Reader& rows, const std::vector<LoadBalancer>& balancers, const TaskDefinition& definition);

/// Refuses a desired count below 0, or above the 5,000 tasks that a service may have (§11).
Status check_desired_count(std::int32_t count);

/// What services of the DAEMON strategy cannot have.
/// Errors: InvalidParameterException.
Status check_daemon(const CreateServiceRequest& in);
Status check_daemon(const UpdateServiceRequest& in);

/// Refuses placement constraints and strategies for services on FARGATE.
Status check_placement_fits(const ServiceRow& service, const ServiceRevisionRow& revision);

/// Refuses Availability Zone rebalancing that is asked for where tasks are placed by other rules (§4.13).
/// Errors: InvalidParameterException.
Status check_rebalancing(
    const std::optional<AvailabilityZoneRebalancing>& asked, const ServiceRow& service, const ServiceRevisionRow& revision
);

/// Strategies as they are read back: the fields of binpack in capitals, host as instanceId.
std::vector<PlacementStrategy> shown_strategies(std::vector<PlacementStrategy> strategies);

/// Whether a definition can run where a revision says. Errors: ClientException when it is inactive; InvalidParameterException.
Status check_fits(const TaskDefinitionRow& definition, const ServiceRevisionRow& revision);

/// Refuses, for creating and updating alike, what would be noted and then have no effect.
/// Errors: UnsupportedFeatureException.
template <class Request>
Status check_supported(const Request& in) {
  if (in.volume_configurations && !in.volume_configurations->empty()) {
    return Error{"UnsupportedFeatureException", "Volumes configured at deployment (Amazon EBS) are not supported. Use a host or docker volume."};
  }
  if (in.vpc_lattice_configurations && !in.vpc_lattice_configurations->empty()) {
    return Error{"UnsupportedFeatureException", "VPC Lattice is not supported. Use a load balancer."};
  }
  return Done{};
}

}  // namespace roadstead::ecs
