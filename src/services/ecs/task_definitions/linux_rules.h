// What a container may ask of the kernel: capabilities, memory and files of its own, settings, limits, security options. Pure;
// state thread. Source: reference/ecs-core.md §2.2.
#pragma once

#include "api/ecs/shapes/container_definition.gen.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Checks linuxParameters, systemControls, ulimits, dockerSecurityOptions and resourceRequirements. Errors: ClientException.
Status check_linux(const ContainerDefinition& container, const TaskDefinition& definition);

}  // namespace roadstead::ecs
