// Which secrets a task needs, as references; what they hold is the matter of the actors. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "agent/core/settings.h"
#include "api/ecs/shapes/task_definition.gen.h"

namespace roadstead {

/// The environment variables of a container that are secrets.
std::vector<SecretReference> render_secrets(const ecs::ContainerDefinition& container);

/// The `valueFrom` of all secrets of a task, those of log drivers too, each once. Empty when a container has started
/// already: what a task once got is not looked for again to take its network over.
std::vector<std::string> render_needed_secrets(const ecs::TaskDefinition& definition, const TaskProgress& progress);

/// The ARN of the secret in repositoryCredentials, which may be given by its name alone; empty for none.
std::string render_credentials_parameter(const AgentSettings& settings, const ecs::ContainerDefinition& container);

}  // namespace roadstead
