// The sizes of Fargate and what its definitions may not have. Source: reference/ecs-core.md §2.5.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text/text.h"
#include "decide/placement/capabilities.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/definition_rules.h"

namespace roadstead::ecs {

namespace {

/// Memory sizes from `lowest` to `highest` in steps of `step`, in MiB.
struct FargateSize {
  int cpu;
  int lowest;
  int highest;
  int step;
};

constexpr std::array<FargateSize, 10> sizes{{
    {256, 512, 1024, 512},
    {256, 2048, 2048, 1024},
    {512, 1024, 4096, 1024},
    {1024, 2048, 8192, 1024},
    {2048, 4096, 16384, 1024},
    {4096, 8192, 30720, 1024},
    {8192, 16384, 61440, 4096},
    {16384, 32768, 122880, 8192},
    {32768, 61440, 122880, 61440},
    {32768, 249856, 249856, 1024},
}};

bool fits(const FargateSize& size, int memory) {
  return memory >= size.lowest && memory <= size.highest && (memory - size.lowest) % size.step == 0;
}

constexpr int longest_time_out = 120;
constexpr int most_open_files = 1'048'576;
constexpr int smallest_windows_cpu = 1024;

Error unsupported(std::string_view member) { return client_error(cat("Fargate compatible task definitions do not support ", member)); }

Status check_linux_parameters(const LinuxParameters& given) {
  if (given.devices && !given.devices->empty()) return unsupported("devices");
  if (given.shared_memory_size) return unsupported("sharedMemorySize");
  if (given.max_swap) return unsupported("maxSwap");
  if (!given.capabilities) return Done{};
  for (const auto& name : given.capabilities->add.value_or(std::vector<std::string>{})) {
    if (name != "SYS_PTRACE") return unsupported(cat("adding the capability ", name, ". Only SYS_PTRACE can be added."));
  }
  return Done{};
}

Status check_logging(const LogConfiguration& log, const TaskDefinition& definition) {
  auto driver = log.log_driver;
  if (driver != LogDriver::awslogs && driver != LogDriver::splunk && driver != LogDriver::awsfirelens) {
    return client_error(cat(to_string(driver), " is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens]"));
  }
  if (driver != LogDriver::awslogs) return Done{};
  if (!definition.execution_role_arn) {
    return client_error("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  }
  if (log.options && log.options->contains("awslogs-stream-prefix")) return Done{};
  return client_error("Log driver awslogs requires options: awslogs-stream-prefix");
}

Status check_limits(const ContainerDefinition& container) {
  if (container.start_timeout.value_or(0) > longest_time_out) return client_error("With Fargate startTimeout must be at most 120 seconds.");
  if (container.stop_timeout.value_or(0) > longest_time_out) return client_error("With Fargate stopTimeout must be at most 120 seconds.");
  for (const auto& limit : container.ulimits.value_or(std::vector<Ulimit>{})) {
    if (limit.name == UlimitName::nofile && limit.hard_limit > most_open_files) {
      return client_error("With Fargate the hardLimit of ulimit nofile must be at most 1048576.");
    }
  }
  return Done{};
}

Status check_container(const ContainerDefinition& container, const TaskDefinition& definition) {
  if (container.privileged.value_or(false)) return unsupported("privileged");
  if (container.docker_security_options && !container.docker_security_options->empty()) return unsupported("dockerSecurityOptions");
  if (container.linux_parameters) TRY(check_linux_parameters(*container.linux_parameters));
  for (const auto& requirement : container.resource_requirements.value_or(std::vector<ResourceRequirement>{})) {
    if (requirement.type == ResourceType::gpu) return unsupported("gpu");
  }
  TRY(check_limits(container));
  if (is_ecr_image(*container.image) && !definition.execution_role_arn) {
    return client_error("Fargate requires task definition to have execution role ARN to support ECR images.");
  }
  if (container.log_configuration) return check_logging(*container.log_configuration, definition);
  return Done{};
}

}  // namespace

Status check_fargate(const TaskDefinition& definition) {
  if (definition.network_mode != NetworkMode::awsvpc) return client_error("Fargate only supports network mode ‘awsvpc’.");
  if (!definition.cpu) return client_error("Fargate requires that 'cpu' be defined at the task level.");
  if (!definition.memory) return client_error("Fargate requires that 'memory' be defined at the task level.");
  TRY(check_fargate_size(std::atoi(definition.cpu->c_str()), std::atoi(definition.memory->c_str())));
  bool windows = definition.runtime_platform && definition.runtime_platform->operating_system_family.value_or(OSFamily::linux_) != OSFamily::linux_;
  if (windows && std::atoi(definition.cpu->c_str()) < smallest_windows_cpu) {
    return client_error("Fargate requires at least 1024 CPU units for Windows containers.");
  }
  if (definition.pid_mode == PidMode::host) {
    return client_error("Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.");
  }
  if (definition.ipc_mode) return unsupported("ipcMode");
  if (definition.placement_constraints && !definition.placement_constraints->empty()) return unsupported("constraints");
  for (const auto& volume : *definition.volumes) {
    if (volume.host && volume.host->source_path && !volume.host->source_path->empty()) return unsupported("sourcePath");
    if (volume.docker_volume_configuration) return unsupported("dockerVolumeConfiguration");
  }
  for (const auto& container : *definition.container_definitions) TRY(check_container(container, definition));
  return Done{};
}

Status check_ephemeral_storage(const EphemeralStorage& storage) {
  if (storage.size_in_gib >= 21 && storage.size_in_gib <= 200) return Done{};
  return client_error(cat("Invalid setting for ephemeralStorage: ", storage.size_in_gib, " GiB. sizeInGiB must be between 21 and 200."));
}

Status check_fargate_size(int cpu_units, int memory_mib) {
  std::string allowed;
  for (const auto& size : sizes) {
    if (size.cpu != cpu_units) continue;
    if (fits(size, memory_mib)) return Done{};
    if (!allowed.empty()) allowed += ", ";
    allowed += size.lowest == size.highest ? cat(size.lowest) : cat(size.lowest, " to ", size.highest, " in steps of ", size.step);
  }
  auto advice = allowed.empty() ? std::string(" CPU must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 and 32768 units.")
                                : cat(" With ", cpu_units, " CPU units the memory may be ", allowed, " MiB.");
  return client_error(cat("No Fargate configuration exists for given values: ", cpu_units, " CPU, ", memory_mib,
                          " memory. See the Amazon ECS documentation for the valid values.", advice));
}

}  // namespace roadstead::ecs
