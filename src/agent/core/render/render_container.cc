#include "agent/core/render/render_container.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "agent/core/network/render_names.h"
#include "agent/core/network/render_ports.h"
#include "agent/core/render/optional_list.h"
#include "agent/core/render/render_firelens.h"
#include "agent/core/render/render_log.h"
#include "agent/core/render/render_volumes.h"
#include "base/text/text.h"
#include "decide/placement/node_room.h"

namespace roadstead {
namespace {

constexpr std::int64_t mib = 1 << 20;

const ecs::ContainerOverride* override_of(const TaskRow& task, const std::string& container) {
  if (!task.overrides) return nullptr;
  for (const auto& one : list_of(task.overrides->container_overrides)) {
    if (one.name == container) return &one;
  }
  return nullptr;
}

std::optional<std::int64_t> number_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return to_number<std::int64_t>(*text);
}

std::vector<std::string> render_args(const ContainerSources& from) {
  const ecs::ContainerOverride* over = override_of(*from.task, from.container->name.value_or(""));
  const auto& own_entry = list_of(from.container->entry_point);
  const auto& own_command = list_of(from.container->command);
  std::vector<std::string> args = own_entry.empty() ? from.image.entrypoint : own_entry;
  std::vector<std::string> command = own_command;
  if (command.empty() && own_entry.empty()) command = from.image.command;
  if (over != nullptr && over->command) command = *over->command;
  args.insert(args.end(), command.begin(), command.end());
  return args;
}

void add_volumes(const ContainerSources& from, ContainerSpec& spec) {
  for (auto& mount : render_volume_mounts(*from.settings, *from.task, *from.definition, *from.container)) {
    spec.mounts.push_back({
        .source = std::move(mount.source),
        .destination = std::move(mount.destination),
        .read_only = mount.read_only,
        .options = {"rbind"},
    });
  }
}

void add_name_files(const ContainerSources& from, ContainerSpec& spec) {
  std::string directory = cat(names_directory(*from.settings, from.task->task_id), "/", spec.name, "/");
  for (std::string_view file : {"resolv.conf", "hosts", "hostname"}) {
    std::string destination = cat("/etc/", file);
    bool mounted = std::ranges::find(spec.mounts, destination, &ContainerMount::destination) != spec.mounts.end();
    if (!mounted) spec.mounts.push_back({.source = cat(directory, file), .destination = destination, .options = {}});
  }
}

std::string access_of(const ecs::Device& device) {
  if (!device.permissions || device.permissions->empty()) return "rwm";
  std::string access;
  for (auto permission : *device.permissions) {
    if (permission == ecs::DeviceCgroupPermission::read) access += 'r';
    if (permission == ecs::DeviceCgroupPermission::write) access += 'w';
    if (permission == ecs::DeviceCgroupPermission::mknod) access += 'm';
  }
  return access;
}

void add_linux_parameters(const ecs::LinuxParameters& linux_parameters, ContainerSpec& spec) {
  if (linux_parameters.capabilities) {
    spec.add_capabilities = list_of(linux_parameters.capabilities->add);
    spec.drop_capabilities = list_of(linux_parameters.capabilities->drop);
  }
  for (const auto& device : list_of(linux_parameters.devices)) {
    spec.devices.push_back({device.host_path, device.container_path.value_or(""), access_of(device)});
  }
  for (const auto& tmpfs : list_of(linux_parameters.tmpfs)) {
    ContainerMount mount{.kind = ContainerMount::Kind::tmpfs, .destination = tmpfs.container_path};
    mount.options = list_of(tmpfs.mount_options);
    mount.options.push_back(cat("size=", tmpfs.size, "m"));
    spec.mounts.push_back(std::move(mount));
  }
  spec.init_process = linux_parameters.init_process_enabled.value_or(false);
  if (linux_parameters.shared_memory_size) spec.shm_bytes = *linux_parameters.shared_memory_size * mib;
  if (linux_parameters.max_swap && spec.memory_bytes) {
    spec.memory_swap_bytes = *spec.memory_bytes + *linux_parameters.max_swap * mib;
    if (linux_parameters.swappiness) spec.swappiness = *linux_parameters.swappiness;
  }
}

void add_limits(const ContainerSources& from, ContainerSpec& spec) {
  const ecs::ContainerDefinition& container = *from.container;
  const ecs::ContainerOverride* over = override_of(*from.task, spec.name);
  auto pick = [&](auto member) {
    const auto& own = container.*(member.first);
    if (over == nullptr || !(over->*(member.second))) return own;
    return over->*(member.second);
  };
  auto cpu = pick(std::pair(&ecs::ContainerDefinition::cpu, &ecs::ContainerOverride::cpu));
  auto memory = pick(std::pair(&ecs::ContainerDefinition::memory, &ecs::ContainerOverride::memory));
  auto reservation =
      pick(std::pair(&ecs::ContainerDefinition::memory_reservation, &ecs::ContainerOverride::memory_reservation));
  spec.cpu_shares = std::max(2, cpu.value_or(0));
  if (memory) spec.memory_bytes = *memory * mib;
  if (reservation) spec.memory_reservation_bytes = *reservation * mib;
  spec.pids = from.settings->default_pids;
  for (const auto& limit : list_of(container.ulimits)) {
    spec.ulimits.push_back({std::string(to_string(limit.name)), limit.soft_limit, limit.hard_limit});
  }
  bool has_nofile = std::ranges::find(spec.ulimits, "nofile", &ContainerUlimit::name) != spec.ulimits.end();
  if (!has_nofile) spec.ulimits.push_back({"nofile", 65535, 65535});
}

void add_security(const ecs::ContainerDefinition& container, ContainerSpec& spec) {
  spec.privileged = container.privileged.value_or(false);
  spec.readonly_rootfs = container.readonly_root_filesystem.value_or(false);
  spec.no_new_privileges = false;
  for (const auto& option : list_of(container.docker_security_options)) {
    if (option == "no-new-privileges" || option == "no-new-privileges:true") spec.no_new_privileges = true;
  }
  for (const auto& control : list_of(container.system_controls)) {
    if (control.namespace_ && control.value) spec.sysctls.emplace_back(*control.namespace_, *control.value);
  }
}

// "ip-10-0-1-5.eu-west-1.compute.internal"
std::string private_dns_name(const AgentSettings& settings, const std::string& address) {
  return cat("ip-", replace_all(address, ".", "-"), ".", settings.region, ".compute.internal");
}

std::string render_hostname(const ContainerSources& from) {
  bool own_address = from.task->network.has_value();
  if (own_address) return private_dns_name(*from.settings, from.task->network->private_ip);
  auto own = render_own_hostname(*from.task, *from.definition, *from.container, from.runtime_id);
  return own.empty() ? std::string(trim(from.joined.names.hostname)) : own;
}

NetworkMode network_mode_of(const TaskRow& task, const ecs::TaskDefinition& definition) {
  if (task.network) return NetworkMode::awsvpc;
  switch (definition.network_mode.value_or(ecs::NetworkMode::bridge)) {
    case ecs::NetworkMode::awsvpc:
      return NetworkMode::awsvpc;
    case ecs::NetworkMode::host:
      return NetworkMode::host;
    case ecs::NetworkMode::none:
      return NetworkMode::none;
    case ecs::NetworkMode::bridge:
      break;
  }
  return NetworkMode::bridge;
}

void add_variables(const std::optional<std::vector<ecs::KeyValuePair>>& pairs, std::vector<std::string>& environment) {
  for (const auto& pair : list_of(pairs)) {
    if (pair.name) environment.push_back(cat(*pair.name, "=", pair.value.value_or("")));
  }
}

}  // namespace

bool on_fargate(const TaskRow& task) {
  return task.launch_type == "FARGATE" || task.capacity_provider_name == "FARGATE" ||
         task.capacity_provider_name == "FARGATE_SPOT";
}

const ecs::ContainerDefinition* find_container(const ecs::TaskDefinition& definition, std::string_view name) {
  for (const auto& container : list_of(definition.container_definitions)) {
    if (container.name == name) return &container;
  }
  return nullptr;
}

ContainerSpec render_container_spec(const ContainerSources& from) {
  const ecs::ContainerDefinition& container = *from.container;
  ContainerSpec spec{.task_id = from.task->task_id, .name = container.name.value_or("")};
  spec.rootfs = from.rootfs;
  spec.args = render_args(from);
  spec.env = render_environment(from);
  spec.cwd = container.working_directory.value_or(from.image.working_dir);
  if (spec.cwd.empty()) spec.cwd = "/";
  spec.user = container.user.value_or(from.image.user);
  spec.hostname = render_hostname(from);
  add_limits(from, spec);
  add_volumes(from, spec);
  if (container.linux_parameters) add_linux_parameters(*container.linux_parameters, spec);
  for (auto& mount : render_router_mounts(*from.settings, *from.task, container)) spec.mounts.push_back(std::move(mount));
  add_name_files(from, spec);
  add_security(container, spec);
  spec.spool = render_spool(container);
  spec.tty = container.pseudo_terminal.value_or(false);
  spec.open_stdin = container.interactive.value_or(false);
  if (from.definition->pid_mode) spec.pid_namespace = to_string(*from.definition->pid_mode);
  if (from.definition->ipc_mode) spec.ipc_namespace = to_string(*from.definition->ipc_mode);
  spec.gpu_ids = share_of_gpus(*from.task, *from.definition, spec.name);
  return spec;
}

std::vector<std::string> render_environment(const ContainerSources& from) {
  std::vector<std::string> environment = from.image.environment;
  bool fargate = on_fargate(*from.task);
  // The endpoints know a task by its address: one without finds nobody there, and its programs must not look for keys.
  NetworkMode mode = network_mode_of(*from.task, *from.definition);
  bool has_endpoints = mode == NetworkMode::awsvpc || mode == NetworkMode::bridge;
  if (has_endpoints) {
    environment.push_back(cat("ECS_CONTAINER_METADATA_URI=http://169.254.170.2/v3/", from.runtime_id));
    environment.push_back(cat("ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/", from.runtime_id));
    environment.push_back(cat("ECS_AGENT_URI=http://169.254.170.2/api/", from.runtime_id));
  }
  environment.push_back(cat("AWS_EXECUTION_ENV=", fargate ? "AWS_ECS_FARGATE" : "AWS_ECS_EC2"));
  if (fargate) {
    environment.push_back(cat("AWS_REGION=", from.settings->region));
    environment.push_back(cat("AWS_DEFAULT_REGION=", from.settings->region));
  }
  bool role = from.definition->task_role_arn.has_value();
  if (from.task->overrides && from.task->overrides->task_role_arn) role = true;
  if (role && has_endpoints) {
    environment.push_back(cat("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/", from.runtime_id));
  }
  auto gpus = share_of_gpus(*from.task, *from.definition, from.container->name.value_or(""));
  if (!gpus.empty()) environment.push_back(cat("NVIDIA_VISIBLE_DEVICES=", join(gpus, ",")));
  for (auto& variable : render_firelens_environment(*from.definition, *from.container, from.joined.address)) {
    environment.push_back(std::move(variable));
  }
  add_variables(from.container->environment, environment);
  const ecs::ContainerOverride* over = override_of(*from.task, from.container->name.value_or(""));
  if (over != nullptr) add_variables(over->environment, environment);
  // The last of equal names is the one that counts; earlier ones would only confuse programs that list them.
  std::vector<std::string> unique;
  for (auto& entry : environment) {
    std::string name = entry.substr(0, entry.find('=') + 1);
    auto earlier = std::ranges::find_if(unique, [&](const std::string& other) { return other.starts_with(name); });
    if (earlier == unique.end()) {
      unique.push_back(std::move(entry));
    } else {
      *earlier = std::move(entry);
    }
  }
  return unique;
}

std::map<std::string, std::string> render_labels(const ContainerSources& from) {
  std::map<std::string, std::string> labels = from.image.labels;
  if (from.container->docker_labels) {
    for (const auto& [name, value] : *from.container->docker_labels) labels[name] = value;
  }
  labels["com.amazonaws.ecs.cluster"] = from.task->cluster_arn;
  labels["com.amazonaws.ecs.container-name"] = from.container->name.value_or("");
  labels["com.amazonaws.ecs.task-arn"] = from.task->task_arn;
  labels["com.amazonaws.ecs.task-definition-family"] = from.definition->family.value_or("");
  labels["com.amazonaws.ecs.task-definition-version"] = cat(from.definition->revision.value_or(0));
  return labels;
}

NetworkSpec render_network(const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition) {
  NetworkSpec spec{.task_id = task.task_id, .mode = network_mode_of(task, definition)};
  if (task.network) {
    spec.address = task.network->private_ip;
    spec.mac = task.network->mac_address;
    spec.security_group_ids = task.network->security_group_ids;
    spec.hostname = private_dns_name(settings, task.network->private_ip);
  }
  if (spec.mode == NetworkMode::bridge) spec.port_mappings = render_port_mappings(definition);
  return spec;
}

TaskSpec render_task_spec(const TaskRow& task, const ecs::TaskDefinition& definition) {
  TaskSpec spec{.task_id = task.task_id};
  auto cpu = number_of(task.overrides && task.overrides->cpu ? task.overrides->cpu : definition.cpu);
  auto memory = number_of(task.overrides && task.overrides->memory ? task.overrides->memory : definition.memory);
  // A period of 100 ms for 1024 units. Less than 1 ms is more than the kernel can tell apart.
  if (cpu && *cpu > 0) spec.cpu_quota_micros = std::max<std::int64_t>(1000, *cpu * 100'000 / 1024);
  if (memory && *memory > 0) spec.memory_bytes = *memory * mib;
  spec.shares_pids = definition.pid_mode == ecs::PidMode::task;
  spec.shares_ipc = definition.ipc_mode == ecs::IpcMode::task;
  for (const auto& container : list_of(definition.container_definitions)) {
    if (!container.linux_parameters) continue;
    spec.shm_bytes = std::max(spec.shm_bytes, container.linux_parameters->shared_memory_size.value_or(0) * mib);
  }
  return spec;
}

int signal_number(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, int>, 20> names{{
      {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"ILL", SIGILL},   {"ABRT", SIGABRT},
      {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},   {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},
      {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},   {"TERM", SIGTERM}, {"CONT", SIGCONT},
      {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"WINCH", SIGWINCH}, {"PWR", SIGPWR},   {"CHLD", SIGCHLD},
  }};
  if (auto number = to_number<int>(text); number && *number > 0 && *number <= 64) return *number;
  std::string upper = to_upper(text);
  std::string_view name = upper;
  if (name.starts_with("SIG")) name.remove_prefix(3);
  if (name.starts_with("RTMIN")) return 34 + to_number<int>(name.substr(std::min<std::size_t>(6, name.size()))).value_or(0);
  auto found = std::ranges::find(names, name, &std::pair<std::string_view, int>::first);
  return found == names.end() ? SIGTERM : found->second;
}

LogTarget render_log_target(const TaskRow& task, const ecs::ContainerDefinition& container, const std::string& runtime_id) {
  if (!container.log_configuration || container.log_configuration->log_driver != ecs::LogDriver::awslogs) return {};
  if (!container.log_configuration->options) return {};
  const auto& options = *container.log_configuration->options;
  auto option = [&](const char* name) {
    auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  LogTarget target{.group = option("awslogs-group"), .create_group = option("awslogs-create-group") == "true"};
  std::string prefix = option("awslogs-stream-prefix");
  target.stream = prefix.empty() ? runtime_id : cat(prefix, "/", container.name.value_or(""), "/", task.task_id);
  target.datetime_format = option("awslogs-datetime-format");
  target.multiline_pattern = option("awslogs-multiline-pattern");
  return target;
}

}  // namespace roadstead
