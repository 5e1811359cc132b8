// Rules for single containers and their references to each other; see definition_rules.h. Pure.
#pragma once

#include "api/ecs/register_task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Checks one container and fills in its defaults. `mode` is the definition's network mode.
Status complete_container(ContainerDefinition& container, const TaskDefinition& definition);

/// Checks what containers say of each other: unique names, dependencies without cycles, volumes, port names.
Status check_references(const TaskDefinition& definition);

}  // namespace roadstead::ecs
