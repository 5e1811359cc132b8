#include "services/ecs/task_definitions/container_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/env_file_rules.h"
#include "services/ecs/task_definitions/linux_rules.h"
#include "services/ecs/task_definitions/log_rules.h"
#include "services/ecs/task_definitions/port_rules.h"

namespace roadstead::ecs {

namespace {

constexpr int smallest_memory_mib = 6;
constexpr std::size_t longest_image = 255;
constexpr std::size_t most_exit_codes = 50;

Status check_range(std::optional<std::int32_t> value, int lowest, int highest, std::string_view what) {
  if (!value || (*value >= lowest && *value <= highest)) return Done{};
  return client_error(cat("Invalid setting for ", what, ": ", *value, ". It must be between ", lowest, " and ", highest, '.'));
}

Status complete_health_check(ContainerDefinition& container) {
  if (!container.health_check) return Done{};
  auto& check = *container.health_check;
  bool command_ok = !check.command.empty() && (check.command[0] == "CMD" || check.command[0] == "CMD-SHELL" || check.command[0] == "NONE");
  if (!command_ok || (check.command[0] != "NONE" && check.command.size() < 2)) {
    return client_error(cat("Invalid health check command of container '", *container.name,
                            "'. It must begin with CMD or CMD-SHELL, followed by the command."));
  }
  TRY(check_range(check.interval, 5, 300, "health check interval"));
  TRY(check_range(check.timeout, 2, 60, "health check timeout"));
  TRY(check_range(check.retries, 1, 10, "health check retries"));
  TRY(check_range(check.start_period, 0, 300, "health check startPeriod"));
  check.interval = check.interval.value_or(30);
  check.timeout = check.timeout.value_or(5);
  check.retries = check.retries.value_or(3);
  return Done{};
}

/// "repository:tag" of at most 255 characters, or "repository@sha256:" and 64 hexadecimal digits (§2.2).
Status check_image(const std::string& image) {
  auto fits = [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("-_:./#@").find(c) != std::string_view::npos;
  };
  if (!std::ranges::all_of(image, fits)) return client_error("Container.image contains invalid characters.");
  auto at = image.find('@');
  if (at == std::string::npos) {
    if (image.size() <= longest_image) return Done{};
    return client_error("Container.image should not be longer than 255 characters.");
  }
  auto digest = std::string_view(image).substr(at + 1);
  bool sound = digest.starts_with("sha256:") && digest.size() == 71 && digest.substr(7).find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return sound ? Status(Done{}) : client_error("Container.image has an invalid digest. It must be sha256: and 64 hexadecimal digits.");
}

/// What would be about the container's own view of the network, where it has none of its own (§2.2, §2.5).
Status check_network_settings(const ContainerDefinition& container, NetworkMode mode) {
  auto given = [](const auto& list) { return list && !list->empty(); };
  if (mode != NetworkMode::bridge && given(container.links)) {
    return client_error(cat("Links are not supported on container when networkMode=", to_string(mode)));
  }
  if (mode != NetworkMode::awsvpc) return Done{};
  auto refused = [](std::string_view what) { return client_error(cat(what, " on container when networkMode=awsvpc")); };
  if (given(container.dns_servers)) return refused("DNS servers are not supported");
  if (container.disable_networking.value_or(false)) return refused("Disable Networking is not supported");
  if (given(container.hostname)) return refused("Hostname is not supported");
  if (given(container.extra_hosts)) return refused("Extra hosts are not supported");
  return Done{};
}

Status check_restart_policy(const ContainerDefinition& container) {
  if (!container.restart_policy) return Done{};
  if (container.restart_policy->ignored_exit_codes.value_or(std::vector<std::int32_t>{}).size() > most_exit_codes) {
    return client_error("Invalid setting for restartPolicy. ignoredExitCodes has at most 50 exit codes.");
  }
  return check_range(container.restart_policy->restart_attempt_period, 60, 1800, "restartAttemptPeriod");
}

Status check_time_outs(const ContainerDefinition& container) {
  if (container.start_timeout.value_or(1) < 1) return client_error("Invalid setting for startTimeout. It must be a positive number of seconds.");
  if (container.stop_timeout.value_or(0) < 0) return client_error("Invalid setting for stopTimeout. It must not be negative.");
  return Done{};
}

/// What is read with the execution role cannot be had without one.
Status check_execution_role(const ContainerDefinition& container, const TaskDefinition& definition) {
  if (definition.execution_role_arn) return Done{};
  bool secrets = container.secrets && !container.secrets->empty();
  secrets = secrets || (container.log_configuration && !container.log_configuration->secret_options->empty());
  if (secrets) return client_error("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  bool files = container.environment_files && !container.environment_files->empty();
  if (files) return client_error("When you are specifying container environment files, you must also specify a value for 'executionRoleArn'.");
  if (!container.repository_credentials) return Done{};
  return client_error("When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'.");
}

Status check_memory(const ContainerDefinition& container, const TaskDefinition& definition) {
  if (!definition.memory && !container.memory && !container.memory_reservation) {
    return client_error(cat("Invalid setting for container '", *container.name,
                            "'. At least one of 'memory' or 'memoryReservation' must be specified."));
  }
  if (container.memory && *container.memory < smallest_memory_mib) {
    return client_error(cat("Invalid setting for container '", *container.name, "'. 'memory' must be at least 6 MiB."));
  }
  if (container.memory_reservation.value_or(0) < 0 || *container.cpu < 0) {
    return client_error(cat("Invalid setting for container '", *container.name, "'. 'cpu' and 'memoryReservation' must not be negative."));
  }
  if (container.memory && container.memory_reservation && *container.memory_reservation > *container.memory) {
    return client_error(cat("Invalid setting for container '", *container.name,
                            "'. 'memory' must be greater than 'memoryReservation'."));
  }
  return Done{};
}

Status check_secret_names(const ContainerDefinition& container) {
  std::set<std::string> names;
  for (const auto& variable : *container.environment) names.insert(variable.name.value_or(""));
  for (const auto& secret : container.secrets.value_or(std::vector<Secret>{})) {
    if (names.insert(secret.name).second) continue;
    return client_error(cat("The secret name must be unique and not shared with any new or existing environment "
                            "variables set on the container, such as '", secret.name, "'."));
  }
  return Done{};
}

const ContainerDefinition* container_named(const TaskDefinition& definition, std::string_view name) {
  auto found = std::ranges::find_if(*definition.container_definitions, [&](const auto& item) { return item.name == name; });
  return found == definition.container_definitions->end() ? nullptr : &*found;
}

/// The containers that must have started before `container` may (§3.3).
std::vector<std::string> dependencies_of(const ContainerDefinition& container) {
  std::vector<std::string> names;
  for (const auto& item : container.depends_on.value_or(std::vector<ContainerDependency>{})) names.push_back(item.container_name);
  for (const auto& item : *container.volumes_from) names.push_back(item.source_container.value_or(""));
  for (const auto& item : container.links.value_or(std::vector<std::string>{})) names.push_back(item.substr(0, item.find(':')));
  return names;
}

Status check_dependency(const TaskDefinition& definition, const ContainerDependency& dependency) {
  const auto* other = container_named(definition, dependency.container_name);
  if (other == nullptr) return client_error(cat("Cannot depend on container ", dependency.container_name, " because it does not exist."));
  auto condition = dependency.condition;
  if ((condition == ContainerCondition::success || condition == ContainerCondition::complete) && *other->essential) {
    return client_error("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
  }
  if (condition == ContainerCondition::healthy && !other->health_check) {
    return client_error("A dependency container with HEALTHY condition must have health check configured");
  }
  return Done{};
}

/// Takes away containers without open dependencies until none is left; what remains stands in a cycle.
Status check_cycles(const TaskDefinition& definition) {
  std::map<std::string, std::vector<std::string>> open;
  for (const auto& container : *definition.container_definitions) open[*container.name] = dependencies_of(container);
  for (bool progress = true; progress;) {
    progress = std::erase_if(open, [&](const auto& entry) {
      return std::ranges::none_of(entry.second, [&](const auto& name) { return open.contains(name); });
    }) > 0;
  }
  if (open.empty()) return Done{};
  return client_error(cat("The containers of a task definition must not depend on each other in a cycle; container '",
                          open.begin()->first, "' does."));
}

Status check_links(const TaskDefinition& definition, const ContainerDefinition& container) {
  for (const auto& link : container.links.value_or(std::vector<std::string>{})) {
    auto name = link.substr(0, link.find(':'));
    if (container_named(definition, name) != nullptr) continue;
    return client_error(cat("Invalid 'links' setting. Unknown container: '", name, "'."));
  }
  return Done{};
}

Status check_volumes(const TaskDefinition& definition, const ContainerDefinition& container) {
  for (const auto& mount : *container.mount_points) {
    auto is_it = [&](const Volume& volume) { return volume.name == mount.source_volume; };
    if (std::ranges::none_of(*definition.volumes, is_it)) return client_error(cat("Unknown volume '", mount.source_volume.value_or(""), "'."));
    if (mount.container_path.value_or("").empty()) {
      return client_error(cat("The mount point of volume '", *mount.source_volume, "' must have a containerPath."));
    }
  }
  for (const auto& source : *container.volumes_from) {
    if (container_named(definition, source.source_container.value_or("")) != nullptr) continue;
    return client_error(cat("Invalid 'volumesFrom' setting. Unknown container: '", source.source_container.value_or(""), "'."));
  }
  return Done{};
}

}  // namespace

Status complete_container(ContainerDefinition& container, const TaskDefinition& definition) {
  if (container.name.value_or("").empty()) return client_error("Container.name should not be null or empty.");
  if (!is_valid_name(*container.name)) return client_error("Container names are 1 to 255 letters, digits, hyphens and underscores.");
  if (container.image.value_or("").empty()) return client_error("Container.image should not be null or empty.");
  container.cpu = container.cpu.value_or(0);
  container.essential = container.essential.value_or(true);
  if (!container.port_mappings) container.port_mappings.emplace();
  if (!container.environment) container.environment.emplace();
  if (!container.mount_points) container.mount_points.emplace();
  if (!container.volumes_from) container.volumes_from.emplace();
  if (!container.system_controls) container.system_controls.emplace();
  if (container.log_configuration && !container.log_configuration->secret_options) {
    container.log_configuration->secret_options.emplace();
  }
  if (container.firelens_configuration && !container.user) container.user = "0";
  TRY(check_image(*container.image));
  TRY(complete_ports(*container.port_mappings, definition));
  TRY(check_network_settings(container, definition.network_mode.value_or(NetworkMode::bridge)));
  TRY(check_linux(container, definition));
  TRY(check_restart_policy(container));
  TRY(check_time_outs(container));
  TRY(check_memory(container, definition));
  TRY(complete_health_check(container));
  if (container.log_configuration) TRY(check_log_configuration(*container.log_configuration));
  TRY(check_secret_names(container));
  TRY(check_env_files(container.environment_files));
  TRY(check_execution_role(container, definition));
  return Done{};
}

Status check_references(const TaskDefinition& definition) {
  std::set<std::string> names;
  bool any_essential = false;
  for (const auto& container : *definition.container_definitions) {
    if (!names.insert(*container.name).second) return client_error("Container names must be unique within a task definition");
    any_essential |= *container.essential;
  }
  if (!any_essential) return client_error("A task definition must have at least one essential container.");
  for (const auto& container : *definition.container_definitions) {
    for (const auto& dependency : container.depends_on.value_or(std::vector<ContainerDependency>{})) {
      TRY(check_dependency(definition, dependency));
    }
    TRY(check_links(definition, container));
    TRY(check_volumes(definition, container));
  }
  TRY(check_cycles(definition));
  TRY(check_firelens(definition));
  return check_port_uses(definition);
}

}  // namespace roadstead::ecs
