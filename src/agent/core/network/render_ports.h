// Ports of bridge mode: what of the definition's portMappings the network is asked for, and what of its answer each container is
// told. A containerPortRange becomes one mapping a port, and one binding again. Pure; any thread.
// Source: reference/ecs-core.md §2.3.
#pragma once

#include <vector>

#include "agent/core/progress.h"
#include "agent/sandbox/port.h"
#include "api/ecs/shapes/container_definition.gen.h"
#include "api/ecs/shapes/network_binding.gen.h"
#include "api/ecs/shapes/task_definition.gen.h"

namespace roadstead {

/// All mappings of all containers, in their order; host port 0 where any will do.
std::vector<PortMapping> render_port_mappings(const ecs::TaskDefinition& definition);

/// For each of the container's portMappings what the network gave for it; several for a range. No binding is given out twice.
std::vector<std::vector<TaskProgress::Binding>> take_bindings(
    const ecs::ContainerDefinition& container, const std::vector<TaskProgress::Binding>& given
);

/// networkBindings of a container. A range is one binding with containerPortRange and hostPortRange, unless its host ports are
/// not in a row: then each port is one.
std::vector<ecs::NetworkBinding> render_network_bindings(
    const ecs::ContainerDefinition& container, const std::vector<TaskProgress::Binding>& given
);

}  // namespace roadstead
