// The task metadata documents, version 4 and its older forms, from what the node knows. Pure.
// Source: reference/agent-protocol.md §6.3, reference/ecs-core.md §6.1; reference shapes are quoted in the test.
#pragma once

#include <boost/json/fwd.hpp>

#include "agent/endpoint/task_services.h"
#include "agent/endpoint/task_view.h"

namespace roadstead {

/// Version 3 has no ARNs of containers, no log drivers and little of networks.
enum class MetadataVersion { v3, v4 };

/// The document of one container.
boost::json::object render_container_metadata(
    const TaskView& task, const ContainerProgress& container, const TaskSurroundings& where, MetadataVersion version
);

/// The document of the task, with its tags when asked for.
boost::json::object render_task_metadata(
    const TaskView& task, const TaskSurroundings& where, MetadataVersion version, bool with_tags
);

/// "97d9e9…": the container's id as Docker would give it.
std::string docker_id(const TaskView& task, const ContainerProgress& container);

/// "ecs-web-7-web-dcc2a6e3d6f6bbaf4700", on Fargate the plain name.
std::string docker_name(const TaskView& task, const ContainerProgress& container);

}  // namespace roadstead
