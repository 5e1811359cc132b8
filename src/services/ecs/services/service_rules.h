// Rules for services that creating and updating share. Source: reference/ecs-core.md §1.9.
#pragma once

#include "api/ecs/create_service.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The configuration with AWS's defaults for what is absent.
DeploymentConfiguration complete_deployment_configuration(
    std::optional<DeploymentConfiguration> given, SchedulingStrategy strategy
);

/// Errors: InvalidParameterException for percentages that block deployments, canary and linear numbers out of range.
Status check_deployment_configuration(const DeploymentConfiguration& configuration, SchedulingStrategy strategy);

/// Checks that load balancers name containers and ports of the definition, and target groups that are attached.
Status check_load_balancers(const Reader& rows, const std::vector<LoadBalancer>& balancers, const TaskDefinition& definition);

/// Errors for two bases, no weight, unknown or unassociated providers.
Status check_capacity_strategy(const std::vector<CapacityProviderStrategyItem>& strategy, const ClusterRow& cluster);

}  // namespace roadstead::ecs
