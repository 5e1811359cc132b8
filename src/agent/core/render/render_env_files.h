// Which objects of S3 a task needs before its containers start: environment files, and the configuration of its log router. As
// references; their bytes are the matter of the actors. Pure; any thread. Source: reference/ecs-core.md §3.6, §7.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "agent/core/render/render_container.h"
#include "api/ecs/shapes/task_definition.gen.h"

namespace roadstead {

/// The environment files of a container, those of an override in place of the definition's, and the names that they may not
/// change: what the definition, the override and ECS itself set, and secrets.
EnvFiles render_env_files(const ContainerSources& sources);

/// The ARNs of all environment files of a task, each once. Empty when a container has started already.
std::vector<std::string> render_needed_env_files(
    const TaskRow& task, const ecs::TaskDefinition& definition, const TaskProgress& progress
);

}  // namespace roadstead
