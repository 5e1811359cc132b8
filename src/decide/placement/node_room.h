// What a task takes of a container instance, and what the tasks in the rows leave of one.
//
// Tasks of launch type FARGATE take nothing: their CPU and memory are limits (docs/adr/0016). Pure; state thread.
// Source: reference/ecs-core.md §3.7, §5.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decide/placement/fleet.h"
#include "decide/placement/instances.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What a task asks of its instance: its own size or the sum over its containers (memoryReservation before memory), the host
/// ports that bridge and host mode bind, and GPUs.
TaskNeeds needs_of(const ecs::TaskDefinition& definition, const std::optional<ecs::TaskOverride>& overrides);

/// The ids of the GPUs that a container gets of those which its task has reserved: they are shared out among the containers in
/// the order of the definition, to each as many as it asks for. None for tasks that reserve nothing, such as those of FARGATE.
std::vector<std::string> share_of_gpus(const TaskRow& task, const ecs::TaskDefinition& definition, std::string_view container);

/// Which of the host ports that a task asks for is taken on an instance with this room, and who has it; one sentence. Empty when
/// none is.
std::string taken_port_text(const Reader& rows, const std::string& node_id, const NodeRoom& room, const TaskNeeds& needs);

/// What a row remembers of it.
TaskReservation reservation_of(const TaskNeeds& needs, std::vector<std::string> gpu_ids);

/// What is left of a machine that offers so much, with all tasks of all clusters that are on it and not stopped.
NodeRoom room_of(const Reader& rows, const NodeRow& node);
NodeRoom room_of(const Reader& rows, const Instance& instance);

}  // namespace roadstead
