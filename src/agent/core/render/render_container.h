// From rows to what the ports need: the container as the runtime shall run it, the task's sandbox, its log stream.
// Pure: what AWS's task definition says, what the image says, what the task got. Any thread.
// Source: reference/ecs-core.md §2.2, §2.4, §3.6, §3.7, §7.1.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/settings.h"
#include "api/ecs_types.gen.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// All that a container's specification is made of. `definition` is the task definition that `container` is of.
struct ContainerSources {
  const AgentSettings* settings = nullptr;
  const TaskRow* task = nullptr;
  const ecs::TaskDefinition* definition = nullptr;
  const ecs::ContainerDefinition* container = nullptr;
  std::string runtime_id = {};
  std::string rootfs = {};
  ImageConfig image = {};
  Joined joined = {};
};

/// The container as it shall run: command, environment, mounts, limits.
/// entryPoint of the definition drops the image's command; an override's command replaces both commands.
ContainerSpec render_container_spec(const ContainerSources& sources);

/// "NAME=value" in order of rising precedence: image, ECS's own, `environment`, overrides. Secrets follow later.
std::vector<std::string> render_environment(const ContainerSources& sources);

/// Labels as metadata and json-file logs show them: the image's, ECS's own, dockerLabels.
std::map<std::string, std::string> render_labels(const ContainerSources& sources);

/// The sandbox's network, from the row's address and the definition's mode and ports.
NetworkSpec render_network(const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition);

/// Limits of the whole task; its netns_path is left open.
TaskSpec render_task_spec(const TaskRow& task, const ecs::TaskDefinition& definition);

/// "SIGTERM", "TERM", "15" as a number; 15 for what is empty or unknown.
int signal_number(std::string_view text);

/// Of awslogs: stream `<prefix>/<container>/<task id>`, or the runtime id without a prefix. Source: reference/ecs-core.md §7.1.
LogTarget render_log_target(const TaskRow& task, const ecs::ContainerDefinition& container, const std::string& runtime_id);

/// Whether a task runs by the rules of Fargate: the form of its ids, its environment.
bool on_fargate(const TaskRow& task);

/// The container definition of that name, or null.
const ecs::ContainerDefinition* find_container(const ecs::TaskDefinition& definition, std::string_view name);

}  // namespace roadstead
