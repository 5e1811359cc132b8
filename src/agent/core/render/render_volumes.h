// What a task's volumes stand for on this machine, from its definition. Pure; any thread.
//
//   host with a sourcePath      that path, made when missing; never filled from the image, never removed
//   host without, docker task   <agent>/tasks/<task id>/volumes/<name>; filled from the image; goes with the task
//   docker shared               <agent>/volumes/<name>/_data; filled from the image; stays
//
// EFS, FSx, S3 and EBS volumes never come here: RegisterTaskDefinition refuses them (services/ecs/task_definitions).
// Source: reference/ecs-core.md §2.4, reference/agent-protocol.md §5.4.
#pragma once

#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/settings.h"
#include "api/ecs/shapes/container_definition.gen.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// One volume as one container sees it.
struct VolumeMount {
  /// The volume's name as Docker would have it; empty for a path of the machine.
  std::string volume = {};
  std::string source = {};
  std::string destination = {};
  bool read_only = false;

  bool operator==(const VolumeMount&) const = default;
};

/// The mounts of a container: those of volumesFrom first, then its own.
std::vector<VolumeMount> render_volume_mounts(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
);

/// Directories that the volumes used by one container stand for, and what they are filled from.
std::vector<VolumeDirectory> render_volumes(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
);

/// The directory of one task under the agent's: names, anonymous volumes.
std::string task_directory(const AgentSettings& settings, const std::string& task_id);

/// The directory of a shared Docker volume: its settings, and below it `_data`.
std::string shared_volume_directory(const AgentSettings& settings, const std::string& name);

}  // namespace roadstead
