#include "services/ecs/task_definitions/definition_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/container_rules.h"
#include "services/ecs/task_definitions/volume_rules.h"

namespace roadstead::ecs {

namespace {

constexpr int units_per_vcpu = 1024;
constexpr int mib_per_gb = 1024;

/// A number with an optional fraction and an optional unit: {1.5, "gb"}.
std::optional<std::pair<double, std::string>> split_quantity(std::string_view text) {
  auto quantity = std::string(trim(text));
  char* end = nullptr;
  double number = std::strtod(quantity.c_str(), &end);
  if (end == quantity.c_str() || !(number >= 0) || number > 1e9) return std::nullopt;
  return std::pair(number, to_lower(trim(end)));
}

std::optional<int> parse_quantity(std::string_view text, std::string_view unit, int factor) {
  auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  auto [number, suffix] = *quantity;
  if (suffix == unit) return static_cast<int>(std::lround(number * factor));
  if (!suffix.empty() || number != std::floor(number)) return std::nullopt;
  return static_cast<int>(number);
}

bool requires_fargate(const TaskDefinition& definition) {
  const auto& required = definition.requires_compatibilities;
  return required && std::ranges::find(*required, Compatibility::fargate) != required->end();
}

/// What keeps a definition off Fargate, with AWS's words; Done when nothing does.
Status check_fargate(const TaskDefinition& definition) {
  if (definition.network_mode != NetworkMode::awsvpc) {
    return client_error("Fargate only supports network mode ‘awsvpc’.");
  }
  if (!definition.cpu) return client_error("Fargate requires that 'cpu' be defined at the task level.");
  if (!definition.memory) return client_error("Fargate requires that 'memory' be defined at the task level.");
  TRY(check_fargate_size(std::atoi(definition.cpu->c_str()), std::atoi(definition.memory->c_str())));
  if (definition.pid_mode == PidMode::host) {
    return client_error("Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.");
  }
  if (!definition.placement_constraints.value_or(std::vector<TaskDefinitionPlacementConstraint>{}).empty()) {
    return client_error("Fargate compatible task definitions do not support constraints");
  }
  for (const auto& volume : *definition.volumes) {
    if (volume.host && volume.host->source_path) return client_error("Fargate compatible task definitions do not support sourcePath");
    if (volume.docker_volume_configuration) return client_error("Fargate compatible task definitions do not support dockerVolumeConfiguration");
  }
  for (const auto& container : *definition.container_definitions) {
    if (container.privileged.value_or(false)) return client_error("Fargate compatible task definitions do not support privileged");
    if (container.dns_servers) return client_error("DNS servers are not supported on container when networkMode=awsvpc");
    if (container.linux_parameters && container.linux_parameters->devices) return client_error("Fargate compatible task definitions do not support devices");
    if (container.linux_parameters && container.linux_parameters->shared_memory_size) return client_error("Fargate compatible task definitions do not support sharedMemorySize");
    if (!container.log_configuration) continue;
    auto driver = container.log_configuration->log_driver;
    if (driver != LogDriver::awslogs && driver != LogDriver::splunk && driver != LogDriver::awsfirelens) {
      return client_error(cat(to_string(driver), " is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens]"));
    }
    if (driver == LogDriver::awslogs && !definition.execution_role_arn) {
      return client_error("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
    }
    if (driver == LogDriver::awslogs && !container.log_configuration->options->contains("awslogs-stream-prefix")) {
      return client_error("Log driver awslogs requires options: awslogs-stream-prefix");
    }
  }
  return Done{};
}

Status normalise_sizes(TaskDefinition& definition) {
  if (definition.cpu) {
    auto units = parse_cpu_units(*definition.cpu);
    if (!units || *units < 128) return client_error("Invalid 'cpu' setting for task. Give CPU units such as 256 or 1024, or vCPUs such as \".25 vCPU\".");
    definition.cpu = std::to_string(*units);
  }
  if (definition.memory) {
    auto mib = parse_memory_mib(*definition.memory);
    if (!mib || *mib < 6) return client_error("Invalid 'memory' setting for task. Give MiB such as 512 or 2048, or GB such as \"2 GB\".");
    definition.memory = std::to_string(*mib);
  }
  return Done{};
}

Status check_sums(const TaskDefinition& definition) {
  std::int64_t cpu = 0;
  std::int64_t memory = 0;
  for (const auto& container : *definition.container_definitions) {
    cpu += container.cpu.value_or(0);
    memory += container.memory_reservation ? *container.memory_reservation : container.memory.value_or(0);
  }
  if (definition.cpu && cpu > std::atoll(definition.cpu->c_str())) {
    return client_error("The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value.");
  }
  if (definition.memory && memory > std::atoll(definition.memory->c_str())) {
    return client_error("The sum of all container 'memory' values cannot be greater than the task-level 'memory' value.");
  }
  return Done{};
}

void expand_role(std::optional<std::string>& role, std::string_view account_id) {
  if (role && !role->starts_with("arn:")) role = cat("arn:aws:iam::", account_id, ":role/", *role);
}

/// Every launch type the definition would be valid for (§2.6).
std::vector<Compatibility> compatibilities_of(const TaskDefinition& definition) {
  std::vector<Compatibility> out;
  if (definition.network_mode != NetworkMode::awsvpc) out.push_back(Compatibility::external);
  out.push_back(Compatibility::ec2);
  if (check_fargate(definition)) out.push_back(Compatibility::fargate);
  return out;
}

Attribute attribute(std::string_view name) {
  Attribute out;
  out.name = name;
  return out;
}

std::vector<Attribute> required_attributes(const TaskDefinition& definition) {
  std::vector<Attribute> out;
  auto add = [&](bool needed, std::string name) {
    auto same = [&](const Attribute& other) { return other.name == name; };
    if (needed && std::ranges::none_of(out, same)) out.push_back(attribute(name));
  };
  add(definition.task_role_arn.has_value(), "com.amazonaws.ecs.capability.task-iam-role");
  for (const auto& container : *definition.container_definitions) {
    if (container.log_configuration) {
      auto driver = container.log_configuration->log_driver;
      add(true, cat("com.amazonaws.ecs.capability.logging-driver.", to_string(driver)));
      add(driver == LogDriver::awslogs && definition.execution_role_arn, "ecs.capability.execution-role-awslogs");
    }
    if (container.firelens_configuration) {
      add(true, cat("ecs.capability.firelens.", to_string(container.firelens_configuration->type)));
      const auto& options = container.firelens_configuration->options;
      add(options && options->contains("config-file-type"), "ecs.capability.firelens.options.config.file");
    }
    add(container.privileged.value_or(false), "com.amazonaws.ecs.capability.privileged-container");
    add(container.health_check.has_value(), "ecs.capability.container-health-check");
    add(container.depends_on.has_value(), "ecs.capability.container-ordering");
    add(container.restart_policy.has_value(), "ecs.capability.container-restart-policy");
  }
  add(true, "com.amazonaws.ecs.capability.docker-remote-api.1.18");
  add(definition.network_mode == NetworkMode::awsvpc, "ecs.capability.task-eni");
  add(definition.cpu || definition.memory, "ecs.capability.task-cpu-mem-limit");
  return out;
}

}  // namespace

std::optional<int> parse_cpu_units(std::string_view text) { return parse_quantity(text, "vcpu", units_per_vcpu); }

std::optional<int> parse_memory_mib(std::string_view text) { return parse_quantity(text, "gb", mib_per_gb); }

Result<TaskDefinition> complete_definition(TaskDefinition definition, std::string_view account_id) {
  if (!is_valid_name(definition.family.value_or(""))) {
    return client_error("Family contains invalid characters. It must be 1 to 255 letters, digits, hyphens and underscores.");
  }
  if (!definition.container_definitions || definition.container_definitions->empty()) {
    return client_error("Task definition must have at least one container.");
  }
  if (definition.container_definitions->size() > 10) return client_error("A task definition has at most 10 containers.");
  if (definition.inference_accelerators) return client_error("Unsupported field 'inferenceAccelerators'");
  if (!definition.volumes) definition.volumes.emplace();
  if (!definition.placement_constraints) definition.placement_constraints.emplace();
  expand_role(definition.task_role_arn, account_id);
  expand_role(definition.execution_role_arn, account_id);
  TRY(normalise_sizes(definition));
  for (auto& container : *definition.container_definitions) TRY(complete_container(container, definition));
  TRY(check_volume_kinds(definition));
  TRY(check_references(definition));
  if (requires_fargate(definition)) TRY(check_fargate(definition));
  TRY(check_sums(definition));
  definition.enable_fault_injection = definition.enable_fault_injection.value_or(false);
  definition.compatibilities = compatibilities_of(definition);
  definition.requires_attributes = required_attributes(definition);
  return definition;
}

}  // namespace roadstead::ecs
