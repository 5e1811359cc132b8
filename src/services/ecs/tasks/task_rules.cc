#include "services/ecs/tasks/task_rules.h"

#include <algorithm>

#include "aws/wire/json.h"
#include "base/text/text.h"
#include "decide/placement/cluster_query.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/definition_rules.h"
#include "services/ecs/task_definitions/env_file_rules.h"
#include "services/ecs/task_definitions/value_rules.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_constraints = 10;
constexpr std::size_t most_strategies = 5;
constexpr std::size_t longest_expression = 2000;

constexpr int smallest_memory_mib = 6;
constexpr std::size_t longest_overrides = 8192;
constexpr std::size_t longest_started_by = 128;
/// What platform version 1.3.0 does not have (§2.5).
constexpr int largest_old_cpu = 4096;

Status check_size(const std::optional<std::string>& size, std::string_view member) {
  if (!size || to_number<std::int32_t>(*size).value_or(-1) >= 0) return Done{};
  return invalid_parameter(cat("Invalid '", member, "' setting in the overrides: '", *size, "' is not a number."));
}

/// The size that a task has with its overrides must be one of Fargate's again (§1.8).
Status check_fargate_override(const TaskDefinition& definition, const TaskOverride& overrides) {
  if (!overrides.cpu && !overrides.memory) return Done{};
  auto number = [](const std::optional<std::string>& given, const std::optional<std::string>& own) {
    return to_number<std::int32_t>(given ? *given : own.value_or("")).value_or(0);
  };
  return check_fargate_size(number(overrides.cpu, definition.cpu), number(overrides.memory, definition.memory));
}

Status check_constraint(const PlacementConstraint& constraint) {
  auto expression = constraint.expression.value_or("");
  if (!constraint.type) return invalid_parameter("A placement constraint must have a type: distinctInstance or memberOf.");
  if (constraint.type == PlacementConstraintType::distinct_instance) {
    if (!expression.empty()) return invalid_parameter("The distinctInstance placement constraint takes no expression.");
    return Done{};
  }
  if (expression.size() > longest_expression) return invalid_parameter("Placement expressions are at most 2000 characters long.");
  TRY(parse_cluster_query(expression));
  return Done{};
}

Status check_strategy(const PlacementStrategy& strategy) {
  auto field = to_lower(strategy.field.value_or(""));
  if (!strategy.type) return invalid_parameter("A placement strategy must have a type: spread, binpack or random.");
  if (strategy.type == PlacementStrategyType::random && !field.empty()) return invalid_parameter("The random placement strategy takes no field.");
  if (strategy.type == PlacementStrategyType::binpack && field != "cpu" && field != "memory") {
    return invalid_parameter(cat("binpack field '", strategy.field.value_or(""), "' is invalid"));
  }
  if (strategy.type != PlacementStrategyType::spread) return Done{};
  if (field.empty()) return invalid_parameter("The spread placement strategy must have a field.");
  bool known = field == "instanceid" || field == "host" || (field.starts_with("attribute:") && field.size() > std::string_view("attribute:").size());
  if (!known) {
    return invalid_parameter(cat("spread field '", strategy.field.value_or(""), "' is invalid: use instanceId, host or attribute:NAME"));
  }
  return Done{};
}

/// As for definitions; a number below one would be counted by placement.
Status check_requirement_override(const ContainerOverride& container, bool fargate) {
  for (const auto& requirement : container.resource_requirements.value_or(std::vector<ResourceRequirement>{})) {
    auto value = requirement.value.value_or("");
    if (requirement.type != ResourceType::gpu) return invalid_parameter("Unsupported field 'inferenceAccelerators'");
    if (fargate) return invalid_parameter("Fargate tasks do not support GPUs: leave resourceRequirements out of the overrides.");
    if (to_number<int>(value).value_or(0) > 0) continue;
    return invalid_parameter(cat("Invalid resourceRequirements value '", value, "'. For GPU it is the number of GPUs."));
  }
  return Done{};
}

/// What a container's sizes become must be what registration would accept (§2.2).
Status check_container_sizes(const ContainerDefinition& definition, const ContainerOverride& override_) {
  auto memory = override_.memory ? override_.memory : definition.memory;
  auto reserved = override_.memory_reservation ? override_.memory_reservation : definition.memory_reservation;
  if (override_.memory && *override_.memory < smallest_memory_mib) {
    return client_error(cat("Invalid setting for container '", *definition.name, "'. 'memory' must be at least 6 MiB."));
  }
  if (override_.cpu.value_or(0) < 0 || override_.memory_reservation.value_or(0) < 0) {
    return client_error(cat("Invalid setting for container '", *definition.name, "'. 'cpu' and 'memoryReservation' must not be negative."));
  }
  if (!memory || !reserved || *reserved <= *memory) return Done{};
  return client_error(cat("Invalid setting for container '", *definition.name, "'. 'memory' must be greater than 'memoryReservation'."));
}

}  // namespace

Status check_overrides(const TaskDefinition& definition, const std::optional<TaskOverride>& overrides, bool fargate) {
  if (!overrides) return Done{};
  if (to_json(*overrides).size() > longest_overrides) return invalid_parameter("Overrides are at most 8192 characters long.");
  TRY(check_size(overrides->cpu, "cpu"));
  TRY(check_size(overrides->memory, "memory"));
  if (fargate) TRY(check_fargate_override(definition, *overrides));
  if (overrides->ephemeral_storage) TRY(check_ephemeral_storage(*overrides->ephemeral_storage));
  for (const auto& container : overrides->container_overrides.value_or(std::vector<ContainerOverride>{})) {
    auto same = [&](const ContainerDefinition& other) { return other.name == container.name; };
    if (auto files = check_env_files(container.environment_files); !files) return invalid_parameter(files.error().message);
    if (auto values = check_environment(container.environment, container.name.value_or("")); !values) return invalid_parameter(values.error().message);
    TRY(check_requirement_override(container, fargate));
    auto found = std::ranges::find_if(*definition.container_definitions, same);
    if (found != definition.container_definitions->end()) {
      TRY(check_container_sizes(*found, container));
      continue;
    }
    return invalid_parameter(cat("Override for container named ", container.name.value_or(""), " is not a container in the TaskDefinition."));
  }
  return Done{};
}

Status check_client_token(const std::optional<std::string>& token, std::size_t longest) {
  if (!token) return Done{};
  bool fits = !token->empty() && token->size() <= longest && std::ranges::all_of(*token, [](char c) { return c >= 33 && c <= 126; });
  return fits ? Status(Done{}) : invalid_parameter(cat("clientToken must be 1 to ", longest, " ASCII characters without spaces."));
}

Status check_started_by(const std::optional<std::string>& started_by) {
  auto fits = [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("-_/.").find(c) != std::string_view::npos;
  };
  if (!started_by || (started_by->size() <= longest_started_by && std::ranges::all_of(*started_by, fits))) return Done{};
  return invalid_parameter("startedBy is at most 128 letters, digits, hyphens, slashes and underscores.");
}

Status check_platform(const std::optional<std::string>& version, bool fargate, const TaskDefinition& definition) {
  if (!version) return Done{};
  if (!fargate) return invalid_parameter("The platform version must be null when specifying an EC2 launch type.");
  if (*version == "LATEST" || *version == "1.4.0") return Done{};
  if (*version != "1.3.0") {
    return Error{"PlatformUnknownException", cat("The platform version ", *version, " does not exist. Use LATEST, 1.4.0 or 1.3.0.")};
  }
  bool newer = to_number<int>(definition.cpu.value_or("0")).value_or(0) > largest_old_cpu || definition.ephemeral_storage;
  if (!newer) return Done{};
  return Error{"PlatformTaskDefinitionIncompatibilityException",
               "The platform version 1.3.0 does not have what the task definition needs. Use LATEST or 1.4.0."};
}

std::string resolved_platform(const std::optional<std::string>& asked) { return asked && *asked != "LATEST" ? *asked : "1.4.0"; }

Status check_public_ip(const std::optional<NetworkConfiguration>& network, bool fargate) {
  bool asked = network && network->awsvpc_configuration && network->awsvpc_configuration->assign_public_ip == AssignPublicIp::enabled;
  return !asked || fargate ? Status(Done{}) : invalid_parameter("Assign public IP is not supported for this launch type.");
}

Status check_group(const std::optional<std::string>& group) {
  if (!group) return Done{};
  if (group->size() > 255) return invalid_parameter("Task groups are at most 255 characters long.");
  if (group->starts_with("service:")) return invalid_parameter("Task groups must not start with 'service:', which is reserved for services.");
  if (group->starts_with("daemon:")) return invalid_parameter("Task groups must not start with 'daemon:', which is reserved for daemons.");
  return Done{};
}

Status check_placement(const std::optional<std::vector<PlacementConstraint>>& constraints,
                       const std::optional<std::vector<PlacementStrategy>>& strategies) {
  if (constraints && constraints->size() > most_constraints) return invalid_parameter("A task has at most 10 placement constraints.");
  if (strategies && strategies->size() > most_strategies) return invalid_parameter("A task has at most 5 placement strategies.");
  if (constraints) {
    for (const auto& constraint : *constraints) TRY(check_constraint(constraint));
  }
  if (strategies) {
    for (const auto& strategy : *strategies) TRY(check_strategy(strategy));
  }
  return Done{};
}

std::vector<Tag> tags_for_task(const Reader& rows, const TagSources& sources, const TaskDefinitionRow& definition, const ClusterRow& cluster) {
  auto tags = sources.given;
  auto add = [&](const Tag& tag) {
    auto same = [&](const Tag& other) { return other.key == tag.key; };
    if (std::ranges::none_of(tags, same)) tags.push_back(tag);
  };
  if (sources.propagate == PropagateTags::task_definition) {
    auto own = tags_of(rows, definition.task_definition_arn);
    for (const auto& tag : own) add(tag);
  }
  if (sources.managed) add({.key = "aws:ecs:clusterName", .value = cluster.cluster_name});
  return tags;
}

}  // namespace roadstead::ecs
