// Where the output of a container goes and how much of it may wait: its logConfiguration as the node obeys it. Pure; any
// thread. Not here: the router's configuration (render_firelens.h).
// Source: reference/ecs-core.md §7; agent-protocol.md §6.2.
#pragma once

#include <string>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "agent/core/settings.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// All that a container's log is made of.
struct LogSources {
  const AgentSettings* settings = nullptr;
  const TaskRow* task = nullptr;
  const ecs::TaskDefinition* definition = nullptr;
  const ecs::ContainerDefinition* container = nullptr;
  std::string runtime_id = {};
  /// "sha256:…"; may be empty.
  std::string image_digest = {};
};

/// Where the lines go; nowhere for json-file and for no driver: they stay in the spool.
LogTarget render_log(const LogSources& sources);

/// The spool of a container: files of the sizes that json-file asks for, else what `max-buffer-size` lets wait.
SpoolLimits render_spool(const ecs::ContainerDefinition& container);

/// "web", or off Fargate Docker's "ecs-family-3-web-<20 hexadecimal digits>".
std::string render_container_name(
    const TaskRow& task, const ecs::TaskDefinition& definition, const std::string& container, const std::string& runtime_id
);

}  // namespace roadstead
