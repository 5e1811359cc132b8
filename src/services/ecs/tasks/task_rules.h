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

/// Refuses overrides of containers that the definition does not have, sizes that are no numbers or none of Fargate's, and more
/// than 8192 characters of them. Errors: InvalidParameterException; ClientException for sizes that registration would refuse, too.
Status check_overrides(const TaskDefinition& definition, const std::optional<TaskOverride>& overrides, bool fargate);

/// Refuses tokens of more than `longest` characters, and characters that are not ASCII 33 to 126.
Status check_client_token(const std::optional<std::string>& token, std::size_t longest);

/// Refuses more than 128 characters and those that are no letters, digits, hyphens, slashes, underscores and periods (which
/// names of rules and schedules have).
Status check_started_by(const std::optional<std::string>& started_by);

/// Refuses versions where there are none, unknown ones, and those that lack what the definition needs.
/// Errors: InvalidParameterException; PlatformUnknownException; PlatformTaskDefinitionIncompatibilityException.
Status check_platform(const std::optional<std::string>& version, bool fargate, const TaskDefinition& definition);

/// The platform version that stands for the one asked for: "1.4.0" for LATEST and for none.
std::string resolved_platform(const std::optional<std::string>& asked);

/// Refuses public addresses where tasks share the machine's. Errors: InvalidParameterException.
Status check_public_ip(const std::optional<NetworkConfiguration>& network, bool fargate);

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
