// The names that containers know: what of /etc/hosts, /etc/hostname and /etc/resolv.conf is a container's own (hostname, links,
// extraHosts, dnsServers, dnsSearchDomains). The files themselves are made when the task has its address:
// agent/sandbox/names.h. Pure; any thread. Source: reference/ecs-core.md §2.2, §3.6.
#pragma once

#include <string>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "agent/core/settings.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// Directory of a task's names on the machine; each container's are in a directory of its name.
std::string names_directory(const AgentSettings& settings, const std::string& task_id);

/// The host name of a container alone: `hostname` of the definition, else the first 12 characters of its id. Empty when it has
/// its task's (awsvpc) or the machine's (host).
std::string render_own_hostname(
    const TaskRow& task, const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container,
    const std::string& runtime_id
);

/// What each container of the task knows. A link means the task's own address: all containers of a task in bridge mode share a
/// network namespace.
NamesDirectory render_names(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition, const TaskProgress& progress
);

}  // namespace roadstead
