// Reads the rules of containers out of a task definition: order, restarts, health checks, time-outs, with ECS's defaults.
// Pure; any thread. The definition has been validated (names unique, no cycles).
#pragma once

#include <vector>

#include "api/ecs_types.gen.h"
#include "decide/containers/container.h"

namespace roadstead {

/// The rules of every container, in the order of the definition. links and volumesFrom become START needs, and a user of
/// awsfirelens needs the log router, unless the router needs it. Source: reference/ecs-core.md §2.2, §3.3.
std::vector<ContainerRules> container_rules_of(const ecs::TaskDefinition& definition);

/// The command of a health check as a program with arguments: CMD dropped, CMD-SHELL through /bin/sh. Empty for NONE.
std::vector<std::string> health_command(const std::vector<std::string>& command);

}  // namespace roadstead
