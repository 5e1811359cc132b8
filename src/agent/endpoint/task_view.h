// What the endpoints know of the task that asks: copied out of the node's core, so that answers are made without it.
// Pure. find_asking_task runs on the core's thread; the view it gives may be used on any.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/agent_core.h"

namespace roadstead {

struct TaskView {
  AgentSettings settings;
  std::shared_ptr<const TaskRow> row;
  std::shared_ptr<const TaskDefinitionRow> definition_row;
  std::vector<ContainerRules> rules;
  TaskProgress progress;
  std::optional<Joined> joined;
  std::map<std::string, ImageConfig> images;

  const ecs::TaskDefinition& definition() const { return definition_row->definition; }

  /// The role whose keys the task gets; empty without one.
  std::string role_arn() const;

  /// The container that an id of the endpoints' paths stands for; null when it is none of this task's.
  const ContainerProgress* container_of(std::string_view id) const;
};

/// The one task that has `address` now; nothing when there is none, or when that cannot be told for certain.
/// The kernel lets no packet pass whose source is not the address of the veth it came from (sandbox/filter/ruleset.h), so
/// an address stands for a task.
std::optional<TaskView> find_asking_task(const AgentCore& core, std::string_view address);

/// The task that has this id.
std::optional<TaskView> find_task_view(const AgentCore& core, const std::string& task_id);

}  // namespace roadstead
