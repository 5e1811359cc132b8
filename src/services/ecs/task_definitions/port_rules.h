// What the port mappings of a task definition may say, and what is filled in. Pure; state thread. Which ports of a machine are
// free is the placer's business (decide/placement). Source: reference/ecs-core.md §1.2, §2.3.
#pragma once

#include "api/ecs/shapes/port_mapping.gen.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Checks a container's mappings and fills in host ports and protocols. Errors: ClientException.
Status complete_ports(std::vector<PortMapping>& ports, const TaskDefinition& definition);

/// Checks what containers say together: names that are used twice, ports that are. Errors: ClientException.
Status check_port_uses(const TaskDefinition& definition);

}  // namespace roadstead::ecs
