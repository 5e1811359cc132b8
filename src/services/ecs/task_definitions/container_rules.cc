#include "services/ecs/task_definitions/container_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/log_rules.h"

namespace roadstead::ecs {

namespace {

constexpr int smallest_memory_mib = 6;
constexpr int largest_port = 65535;

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

/// Host and awsvpc tasks listen where the container does (§2.3).
Status complete_port(PortMapping& port, const TaskDefinition& definition) {
  auto mode = definition.network_mode.value_or(NetworkMode::bridge);
  if (mode == NetworkMode::none) return client_error("Port mappings cannot be used with networkMode none.");
  if (port.container_port_range) {
    if (!port.container_port && !port.host_port) return Done{};
    return client_error("A port mapping cannot specify both single port and port range.");
  }
  TRY(check_range(port.container_port, 1, largest_port, "containerPort"));
  TRY(check_range(port.host_port, 0, largest_port, "hostPort"));
  if (!port.container_port) return client_error("Container port must be specified in a port mapping.");
  if (mode == NetworkMode::bridge) {
    port.host_port = port.host_port.value_or(0);
  } else {
    if (port.host_port && *port.host_port != 0 && *port.host_port != *port.container_port) {
      return client_error(cat("When networkMode=", to_string(mode), ", the host ports and container ports in port mappings must match."));
    }
    port.host_port = port.container_port;
  }
  port.protocol = port.protocol.value_or(TransportProtocol::tcp);
  return Done{};
}

Status check_memory(const ContainerDefinition& container, const TaskDefinition& definition) {
  if (!definition.memory && !container.memory && !container.memory_reservation) {
    return client_error(cat("Invalid setting for container '", *container.name,
                            "'. At least one of 'memory' or 'memoryReservation' must be specified."));
  }
  if (container.memory && *container.memory < smallest_memory_mib) {
    return client_error(cat("Invalid setting for container '", *container.name, "'. 'memory' must be at least 6 MiB."));
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

Status check_volumes(const TaskDefinition& definition, const ContainerDefinition& container) {
  for (const auto& mount : *container.mount_points) {
    auto is_it = [&](const Volume& volume) { return volume.name == mount.source_volume; };
    if (std::ranges::any_of(*definition.volumes, is_it)) continue;
    return client_error(cat("Unknown volume '", mount.source_volume.value_or(""), "'."));
  }
  for (const auto& source : *container.volumes_from) {
    if (container_named(definition, source.source_container.value_or("")) != nullptr) continue;
    return client_error(cat("Invalid 'volumesFrom' setting. Unknown container: '", source.source_container.value_or(""), "'."));
  }
  return Done{};
}

Status check_port_uses(const TaskDefinition& definition) {
  std::set<std::string> names;
  std::set<std::pair<int, TransportProtocol>> ports;
  bool shared = definition.network_mode == NetworkMode::awsvpc || definition.network_mode == NetworkMode::host;
  for (const auto& container : *definition.container_definitions) {
    for (const auto& port : *container.port_mappings) {
      if (port.name && !names.insert(*port.name).second) {
        return client_error(cat("The port mapping name is already used: ", *port.name));
      }
      if (!shared || !port.container_port) continue;
      if (!ports.emplace(*port.container_port, *port.protocol).second) {
        return client_error(cat("The container port is used multiple times in task: ", *port.container_port));
      }
    }
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
  for (auto& port : *container.port_mappings) TRY(complete_port(port, definition));
  TRY(check_memory(container, definition));
  TRY(complete_health_check(container));
  if (container.log_configuration) TRY(check_log_configuration(*container.log_configuration));
  TRY(check_secret_names(container));
  if (container.secrets && !container.secrets->empty() && !definition.execution_role_arn) {
    return client_error("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  }
  for (const auto& limit : container.ulimits.value_or(std::vector<Ulimit>{})) {
    if (limit.soft_limit > limit.hard_limit) {
      return client_error(cat("The softLimit of ulimit ", to_string(limit.name), " must not be greater than its hardLimit."));
    }
  }
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
    TRY(check_volumes(definition, container));
  }
  TRY(check_cycles(definition));
  TRY(check_firelens(definition));
  return check_port_uses(definition);
}

}  // namespace roadstead::ecs
