// FireLens: the configuration that a task's log router gets, where it lies, and what its neighbours are told.
//
//   <task>/firelens/config/fluent.conf   ─► /fluent-bit/etc/fluent-bit.conf or /fluentd/etc/fluent.conf of the router
//   <task>/firelens/config/external.conf ─► /fluent-bit/etc/external.conf or /fluentd/etc/external.conf, where it comes from S3
//   <task>/firelens/socket/              ─► /var/run/ of the router, which listens on fluent.sock in it
//
// Pure; any thread. Source: reference/ecs-core.md §7.2; agent-protocol.md §6.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/settings.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// Whether a container's output goes to the router of its task.
bool logs_to_firelens(const ecs::ContainerDefinition& container);

/// The socket on this machine that the router listens on.
std::string firelens_socket(const AgentSettings& settings, const std::string& task_id);

/// The router's configuration file. Errors: InvalidFirelens with AWS's words when options lack the output's name.
Result<std::string> render_firelens_config(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition
);

/// What the node lays down before it starts the router; nothing for other containers.
std::optional<RouterFiles> render_router_files(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
);

/// Where the files appear in the router.
std::vector<ContainerMount> render_router_mounts(
    const AgentSettings& settings, const TaskRow& task, const ecs::ContainerDefinition& container
);

/// Variables of the router that hold secretOptions of the others: "<option>_<index of the container>".
std::vector<SecretReference> render_router_secrets(
    const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container
);

/// FLUENT_HOST and FLUENT_PORT of those who log to the router, FLUENT_UID of a fluentd. `address`: the task's own.
std::vector<std::string> render_firelens_environment(
    const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container, const std::string& address
);

}  // namespace roadstead
