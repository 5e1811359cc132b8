// Rules that RunTask, StartTask and services share: groups, overrides, placement; and the tags of new tasks.
// Source: reference/ecs-core.md §1.8, §5.4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecs/run_task.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// Refuses overrides of containers that the definition does not have, and sizes that are no numbers.
Status check_overrides(const TaskDefinition& definition, const std::optional<TaskOverride>& overrides);

/// Refuses groups that are reserved for services and daemons.
Status check_group(const std::optional<std::string>& group);

/// Checks constraints and strategies: their number, their fields, their expressions.
Status check_placement(const std::optional<std::vector<PlacementConstraint>>& constraints,
                       const std::optional<std::vector<PlacementStrategy>>& strategies);

/// Where the tags of new tasks come from.
struct TagSources {
  std::vector<Tag> given;
  std::optional<PropagateTags> propagate;
  bool managed = false;
};

/// The tags of a new task: those given go before those of the definition; ECS's own come last.
std::vector<Tag> tags_for_task(const Reader& rows, const TagSources& sources, const TaskDefinitionRow& definition, const ClusterRow& cluster);

}  // namespace roadstead::ecs
