#include "services/ecs/task_definitions/linux_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr std::array<std::string_view, 39> capabilities{
    "ALL",           "AUDIT_CONTROL",    "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN",           "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER",
    "FSETID",        "IPC_LOCK",         "IPC_OWNER",   "KILL",          "LEASE",           "LINUX_IMMUTABLE", "MAC_ADMIN",    "MAC_OVERRIDE",
    "MKNOD",         "NET_ADMIN",        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW",    "SETFCAP",      "SETGID",          "SETPCAP",
    "SETUID",        "SYS_ADMIN",        "SYS_BOOT",    "SYS_CHROOT",    "SYS_MODULE",      "SYS_NICE",     "SYS_PACCT",       "SYS_PTRACE",
    "SYS_RAWIO",     "SYS_RESOURCE",     "SYS_TIME",    "SYS_TTY_CONFIG", "SYSLOG",         "WAKE_ALARM",   "AUDIT_READ"};

constexpr std::array<std::string_view, 8> ipc_settings{"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
                                                       "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"};

template <std::size_t Size>
bool holds(const std::array<std::string_view, Size>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

Status check_capabilities(const std::optional<std::vector<std::string>>& names) {
  for (const auto& name : names.value_or(std::vector<std::string>{})) {
    if (holds(capabilities, name)) continue;
    return client_error(cat("Invalid capability '", name, "'. Use the names of Docker without CAP_, such as NET_ADMIN, or ALL."));
  }
  return Done{};
}

Status check_parameters(const LinuxParameters& linux_parameters) {
  if (linux_parameters.capabilities) {
    TRY(check_capabilities(linux_parameters.capabilities->add));
    TRY(check_capabilities(linux_parameters.capabilities->drop));
  }
  if (linux_parameters.shared_memory_size.value_or(0) < 0) return client_error("Invalid setting for sharedMemorySize. It must not be negative.");
  if (linux_parameters.max_swap.value_or(0) < 0) return client_error("Invalid setting for maxSwap. It must be 0 or a positive number of MiB.");
  int swappiness = linux_parameters.swappiness.value_or(0);
  if (swappiness < 0 || swappiness > 100) return client_error("Invalid setting for swappiness. It must be between 0 and 100.");
  for (const auto& tmpfs : linux_parameters.tmpfs.value_or(std::vector<Tmpfs>{})) {
    if (tmpfs.container_path.starts_with('/') && tmpfs.size > 0) continue;
    return client_error("Invalid setting for tmpfs. It must have an absolute containerPath and a size of at least 1 MiB.");
  }
  for (const auto& device : linux_parameters.devices.value_or(std::vector<Device>{})) {
    if (device.host_path.empty()) return client_error("Invalid setting for devices. hostPath must not be empty.");
  }
  return Done{};
}

/// Kernel settings are those of a namespace; namespaces that are the machine's are not touched.
Status check_system_control(const SystemControl& control, const TaskDefinition& definition) {
  auto name = control.namespace_.value_or("");
  bool ipc = holds(ipc_settings, name) || name.starts_with("fs.mqueue.");
  if (!ipc && !name.starts_with("net.")) {
    return client_error(cat("Invalid namespace '", name, "' in systemControls. There are net.*, fs.mqueue.*, kernel.shm_rmid_forced, kernel.sem "
                            "and the settings of kernel.msg* and kernel.shm* that belong to an IPC namespace."));
  }
  if (ipc && definition.ipc_mode == IpcMode::host) {
    return client_error(cat("The IPC namespaced systemControl '", name, "' is not supported with ipcMode 'host'."));
  }
  if (!ipc && definition.network_mode == NetworkMode::host) {
    return client_error(cat("The network systemControl '", name, "' is not supported when networkMode=host."));
  }
  return Done{};
}

Status check_security_option(const std::string& option) {
  auto value_behind = [&](std::string_view prefix) { return option.starts_with(prefix) && option.size() > prefix.size(); };
  bool known = option == "no-new-privileges" || option == "no-new-privileges:true" || value_behind("apparmor:") || value_behind("label:") ||
               value_behind("credentialspec:");
  if (known) return Done{};
  return client_error(cat("Invalid dockerSecurityOptions value '", option,
                          "'. There are no-new-privileges, apparmor:PROFILE, label:VALUE and credentialspec:PATH."));
}

Status check_requirement(const ResourceRequirement& requirement) {
  if (requirement.type == ResourceType::inference_accelerator) return client_error("Unsupported field 'inferenceAccelerators'");
  if (requirement.type != ResourceType::gpu || to_number<int>(requirement.value.value_or("")).value_or(0) > 0) return Done{};
  return client_error(cat("Invalid resourceRequirements value '", requirement.value.value_or(""), "'. For GPU it is the number of GPUs."));
}

}  // namespace

Status check_linux(const ContainerDefinition& container, const TaskDefinition& definition) {
  if (container.linux_parameters) TRY(check_parameters(*container.linux_parameters));
  for (const auto& control : container.system_controls.value_or(std::vector<SystemControl>{})) TRY(check_system_control(control, definition));
  for (const auto& option : container.docker_security_options.value_or(std::vector<std::string>{})) TRY(check_security_option(option));
  for (const auto& requirement : container.resource_requirements.value_or(std::vector<ResourceRequirement>{})) TRY(check_requirement(requirement));
  for (const auto& limit : container.ulimits.value_or(std::vector<Ulimit>{})) {
    if (limit.soft_limit <= limit.hard_limit) continue;
    return client_error(cat("The softLimit of ulimit ", to_string(limit.name), " must not be greater than its hardLimit."));
  }
  if (container.credential_specs.value_or(std::vector<std::string>{}).size() > 1) {
    return client_error(cat("Invalid setting for container '", container.name.value_or(""), "'. It can have at most one of 'credentialSpecs'."));
  }
  return Done{};
}

}  // namespace roadstead::ecs
