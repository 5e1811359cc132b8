#include "services/ecs/task_definitions/definition_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "aws/wire/json.h"
#include "base/text/text.h"
#include "decide/placement/capabilities.h"
#include "decide/placement/cluster_query.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/container_rules.h"
#include "services/ecs/task_definitions/value_rules.h"
#include "services/ecs/task_definitions/volume_rules.h"

namespace roadstead::ecs {

namespace {

constexpr int units_per_vcpu = 1024;
constexpr int mib_per_gb = 1024;
constexpr double largest_quantity = 1e9;
constexpr int smallest_cpu = 128;
constexpr int largest_cpu = 196'608;
constexpr std::size_t most_constraints = 10;
constexpr std::size_t longest_expression = 2000;
constexpr std::size_t largest_document = 65'536;

/// A number with an optional fraction and an optional unit: {1.5, "gb"}.
std::optional<std::pair<double, std::string>> split_quantity(std::string_view text) {
  auto quantity = std::string(trim(text));
  char* end = nullptr;
  double number = std::strtod(quantity.c_str(), &end);
  if (end == quantity.c_str() || !(number >= 0) || number > largest_quantity) return std::nullopt;
  return std::pair(number, to_lower(trim(end)));
}

std::optional<int> parse_quantity(std::string_view text, std::string_view unit, int factor) {
  auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  auto [number, suffix] = *quantity;
  if (suffix == unit && number * factor <= largest_quantity) return static_cast<int>(std::lround(number * factor));
  if (!suffix.empty() || number != std::floor(number)) return std::nullopt;
  return static_cast<int>(number);
}

bool requires_launch_type(const TaskDefinition& definition, Compatibility type) {
  const auto& required = definition.requires_compatibilities;
  return required && std::ranges::find(*required, type) != required->end();
}

Status normalise_sizes(TaskDefinition& definition) {
  if (definition.cpu) {
    auto units = parse_cpu_units(*definition.cpu);
    if (units && *units < smallest_cpu) return client_error(cat("Invalid 'cpu' setting for task. ", *units, " CPU units are too few: give at least ", smallest_cpu, '.'));
    if (!units || *units > largest_cpu) return client_error("Invalid 'cpu' setting for task. Give CPU units such as 256 or 1024, or vCPUs such as \".25 vCPU\".");
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
  for (const auto& container : *definition.container_definitions) {
    if (!definition.memory || container.memory.value_or(0) <= std::atoll(definition.memory->c_str())) continue;
    return client_error(cat("Invalid setting for container '", *container.name, "'. 'memory' must not be greater than the task-level 'memory' value."));
  }
  return Done{};
}

Status check_constraints(const TaskDefinition& definition) {
  if (definition.placement_constraints->size() > most_constraints) return client_error("A task definition has at most 10 placement constraints.");
  for (const auto& constraint : *definition.placement_constraints) {
    auto expression = constraint.expression.value_or("");
    if (expression.size() > longest_expression) return invalid_parameter("Placement expressions are at most 2000 characters long.");
    TRY(parse_cluster_query(expression));
  }
  return Done{};
}

Status check_proxy(const TaskDefinition& definition) {
  if (!definition.proxy_configuration) return Done{};
  if (definition.network_mode != NetworkMode::awsvpc) return client_error("APPMESH proxy configuration is only supported in networkMode=awsvpc");
  const auto& name = definition.proxy_configuration->container_name;
  auto is_it = [&](const ContainerDefinition& container) { return container.name == name; };
  if (std::ranges::any_of(*definition.container_definitions, is_it)) return Done{};
  return client_error(cat("Proxy container [", name, "] does not exist"));
}

bool is_windows(const TaskDefinition& definition) {
  return definition.runtime_platform && definition.runtime_platform->operating_system_family.value_or(OSFamily::linux_) != OSFamily::linux_;
}

/// Those instances have networks of tasks or of the host, and Linux (§2.6).
bool fits_managed_instances(const TaskDefinition& definition) {
  auto mode = definition.network_mode;
  return (mode == NetworkMode::awsvpc || mode == NetworkMode::host) && !is_windows(definition);
}

/// What a launch type would refuse to run, said at registration when the definition asks for it (§2.1).
Status check_requirements(const TaskDefinition& definition) {
  if (is_windows(definition) && definition.runtime_platform->cpu_architecture == CPUArchitecture::arm64) {
    return client_error("The cpuArchitecture ARM64 is not supported with a Windows operatingSystemFamily.");
  }
  if (requires_launch_type(definition, Compatibility::fargate)) TRY(check_fargate(definition));
  if (requires_launch_type(definition, Compatibility::external) && definition.network_mode == NetworkMode::awsvpc) {
    return client_error("EXTERNAL compatible task definitions do not support networkMode awsvpc. Use bridge, host or none.");
  }
  if (requires_launch_type(definition, Compatibility::managed_instances) && !fits_managed_instances(definition)) {
    return client_error("MANAGED_INSTANCES compatible task definitions run Linux containers in the networkMode awsvpc or host.");
  }
  if (!definition.ephemeral_storage) return Done{};
  if (!check_fargate(definition)) return client_error("ephemeralStorage is only supported for task definitions that are compatible with Fargate.");
  return check_ephemeral_storage(*definition.ephemeral_storage);
}

/// Every launch type the definition would be valid for (§2.6).
std::vector<Compatibility> compatibilities_of(const TaskDefinition& definition) {
  std::vector<Compatibility> out;
  if (definition.network_mode != NetworkMode::awsvpc) out.push_back(Compatibility::external);
  out.push_back(Compatibility::ec2);
  if (check_fargate(definition)) out.push_back(Compatibility::fargate);
  if (fits_managed_instances(definition)) out.push_back(Compatibility::managed_instances);
  return out;
}

std::vector<Attribute> required_attributes(const TaskDefinition& definition) {
  std::vector<Attribute> out;
  for (auto& name : required_capabilities(definition)) out.emplace_back().name = std::move(name);
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
  if (auto size = to_json(definition).size(); size > largest_document) {
    return client_error(cat("Actual length: '", size, "'. Max allowed length is '", largest_document, "' bytes."));
  }
  if (!definition.volumes) definition.volumes.emplace();
  if (!definition.placement_constraints) definition.placement_constraints.emplace();
  TRY(complete_role(definition.task_role_arn, "taskRoleArn", account_id));
  TRY(complete_role(definition.execution_role_arn, "executionRoleArn", account_id));
  TRY(normalise_sizes(definition));
  for (auto& container : *definition.container_definitions) TRY(complete_container(container, definition));
  TRY(check_volume_kinds(definition));
  for (const auto& container : *definition.container_definitions) TRY(check_values(container, is_windows(definition)));
  TRY(check_references(definition));
  TRY(check_host_ports(definition));
  TRY(check_constraints(definition));
  TRY(check_proxy(definition));
  TRY(check_requirements(definition));
  TRY(check_sums(definition));
  definition.enable_fault_injection = definition.enable_fault_injection.value_or(false);
  definition.compatibilities = compatibilities_of(definition);
  definition.requires_attributes = required_attributes(definition);
  return definition;
}

}  // namespace roadstead::ecs
