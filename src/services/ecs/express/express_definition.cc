#include "services/ecs/express/express_definition.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/instances.h"
#include "rows/rows.gen.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/definition_rules.h"

namespace roadstead::ecs {

namespace {

/// Of one service (reference/ecs-core.md §11).
constexpr int most_tasks = 5000;
/// Of one target, for tracking REQUEST_COUNT_PER_TARGET; the other metrics are percentages (§1.2).
constexpr int most_requests = 65536;

ContainerDefinition* main_of(TaskDefinition& definition) {
  auto& containers = *definition.container_definitions;
  auto found = std::ranges::find_if(containers, [](const auto& item) { return item.name == main_container_name; });
  return found == containers.end() ? nullptr : &*found;
}

const ContainerDefinition* main_of(const TaskDefinition& definition) {
  return main_of(const_cast<TaskDefinition&>(definition));
}

std::map<std::string, std::string> awslogs_options(const std::string& group, const std::string& prefix, const std::string& region) {
  return {{"awslogs-group", group},
          {"awslogs-region", region},
          {"awslogs-stream-prefix", prefix},
          {"mode", "non-blocking"},
          {"max-buffer-size", "25m"}};
}

void set_port(ContainerDefinition& container, std::int32_t port) {
  PortMapping mapping;
  mapping.container_port = port;
  mapping.host_port = port;
  mapping.protocol = TransportProtocol::tcp;
  mapping.name = cat("main-", port, "-tcp");
  container.port_mappings = std::vector<PortMapping>{std::move(mapping)};
}

/// An empty structure clears, as an empty list does: it names no secret, and nobody wants it back (§7.1).
void apply_credentials(ContainerDefinition& container, const ExpressGatewayRepositoryCredentials& given) {
  auto secret = given.credentials_parameter.value_or("");
  container.repository_credentials.reset();
  if (!secret.empty()) container.repository_credentials = RepositoryCredentials{.credentials_parameter = std::move(secret)};
}

void apply_container(ContainerDefinition& container, const ExpressGatewayContainer& given, const std::string& region) {
  container.image = given.image;
  if (given.container_port) set_port(container, *given.container_port);
  if (given.aws_logs_configuration) {
    const auto& logs = *given.aws_logs_configuration;
    LogConfiguration configuration;
    configuration.log_driver = LogDriver::awslogs;
    configuration.options =
        awslogs_options(logs.log_group, logs.log_stream_prefix.empty() ? "ecs" : logs.log_stream_prefix, region);
    container.log_configuration = std::move(configuration);
  }
  if (given.repository_credentials) apply_credentials(container, *given.repository_credentials);
  // An empty list clears, an absent one keeps (§1.3).
  if (given.command) container.command = given.command->empty() ? std::nullopt : given.command;
  if (given.environment) container.environment = given.environment;
  if (given.secrets) container.secrets = given.secrets->empty() ? std::nullopt : given.secrets;
}

/// Sizes as requests give them; bare small numbers are most likely meant as vCPUs (§1.7).
Result<int> cpu_units_of(const std::string& text) {
  auto units = parse_cpu_units(text);
  if (!units) return invalid_parameter(cat("Invalid cpu '", text, "'. Give CPU units such as 1024, or vCPUs such as \"1 vCPU\"."));
  if (*units < 128) {
    return invalid_parameter(cat("Invalid cpu '", text, "'. CPU is in units of 1/1024 vCPU; for ", text, " vCPU write \"", text, " vCPU\"."));
  }
  return *units;
}

Result<int> memory_mib_of(const std::string& text) {
  auto mib = parse_memory_mib(text);
  if (!mib) return invalid_parameter(cat("Invalid memory '", text, "'. Give MiB such as 2048, or GB such as \"2 GB\"."));
  if (*mib < 128) return invalid_parameter(cat("Invalid memory '", text, "'. Memory is in MiB; for ", text, " GB write \"", text, " GB\"."));
  return *mib;
}

const std::string& own_definition_refusal() {
  static const std::string text = "Task definition must contain a container named 'Main' with a single TCP port mapping.";
  return text;
}

}  // namespace

CPUArchitecture task_architecture(std::optional<ExpressCpuArchitecture> asked) {
  return asked == ExpressCpuArchitecture::arm64 ? CPUArchitecture::arm64 : CPUArchitecture::x86_64;
}

bool ExpressChange::empty() const {
  return !container && !execution_role_arn && !task_role_arn && !cpu && !memory && !cpu_architecture;
}

TaskDefinition express_definition(const std::string& family, const std::string& log_group, const std::string& region) {
  ContainerDefinition container;
  container.name = main_container_name;
  container.essential = true;
  container.linux_parameters = LinuxParameters{};
  container.linux_parameters->init_process_enabled = true;
  container.stop_timeout = 30;
  container.version_consistency = VersionConsistency::enabled;
  set_port(container, 80);
  LogConfiguration logs;
  logs.log_driver = LogDriver::awslogs;
  logs.options = awslogs_options(log_group, "ecs", region);
  container.log_configuration = std::move(logs);
  TaskDefinition out;
  out.family = family;
  out.network_mode = NetworkMode::awsvpc;
  out.requires_compatibilities = std::vector<Compatibility>{Compatibility::fargate};
  out.cpu = "1024";
  out.memory = "2048";
  out.container_definitions.emplace().push_back(std::move(container));
  return out;
}

Status apply_change(TaskDefinition& definition, const ExpressChange& change, const std::string& region) {
  auto* container = main_of(definition);
  if (container == nullptr) {
    return invalid_parameter("The running task definition has no container named 'Main', which Express updates change. "
                             "Name the container Main, or update the service with taskDefinitionArn.");
  }
  if (change.container) apply_container(*container, *change.container, region);
  if (change.execution_role_arn) definition.execution_role_arn = change.execution_role_arn;
  if (change.task_role_arn) definition.task_role_arn = change.task_role_arn;
  if (change.cpu) definition.cpu = std::to_string(TRY(cpu_units_of(*change.cpu)));
  if (change.memory) definition.memory = std::to_string(TRY(memory_mib_of(*change.memory)));
  if (change.cpu_architecture) {
    RuntimePlatform platform;
    platform.cpu_architecture = change.cpu_architecture;
    platform.operating_system_family = OSFamily::linux_;
    definition.runtime_platform = platform;
  }
  auto size = check_fargate_size(std::atoi(definition.cpu.value_or("0").c_str()), std::atoi(definition.memory.value_or("0").c_str()));
  if (!size) return invalid_parameter(size.error().message);
  return Done{};
}

Status check_own_definition(const TaskDefinition& definition) {
  const auto* container = main_of(definition);
  if (container == nullptr || container->port_mappings->size() != 1) return invalid_parameter(own_definition_refusal());
  const auto& port = container->port_mappings->front();
  if (port.protocol != TransportProtocol::tcp || !port.container_port || !port.name) {
    return invalid_parameter(own_definition_refusal());
  }
  const auto& fits = *definition.compatibilities;
  const auto& required = definition.requires_compatibilities;
  bool fargate = required ? std::ranges::find(*required, Compatibility::fargate) != required->end()
                          : std::ranges::find(fits, Compatibility::fargate) != fits.end();
  if (!fargate) {
    return invalid_parameter(cat(own_definition_refusal(), " It must also be compatible with FARGATE."));
  }
  return Done{};
}

ExpressGatewayContainer primary_container_of(const TaskDefinition& definition) {
  ExpressGatewayContainer out;
  const auto* container = main_of(definition);
  if (container == nullptr) return out;
  out.image = container->image.value_or("");
  out.container_port = main_port_of(definition);
  if (container->log_configuration && container->log_configuration->log_driver == LogDriver::awslogs) {
    auto options = container->log_configuration->options.value_or(std::map<std::string, std::string>{});
    out.aws_logs_configuration = ExpressGatewayServiceAwsLogsConfiguration{
        .log_group = options["awslogs-group"], .log_stream_prefix = options["awslogs-stream-prefix"]
    };
  }
  if (container->repository_credentials) {
    out.repository_credentials = ExpressGatewayRepositoryCredentials{
        .credentials_parameter = container->repository_credentials->credentials_parameter
    };
  }
  out.command = container->command;
  if (!container->environment.value_or(std::vector<KeyValuePair>{}).empty()) out.environment = container->environment;
  out.secrets = container->secrets;
  return out;
}

std::int32_t main_port_of(const TaskDefinition& definition) {
  const auto* container = main_of(definition);
  if (container == nullptr || container->port_mappings.value_or(std::vector<PortMapping>{}).empty()) return 80;
  return container->port_mappings->front().container_port.value_or(80);
}

Status check_role_arn(const std::optional<std::string>& arn) {
  if (!arn || arn->starts_with("arn:aws")) return Done{};
  return invalid_parameter(cat("Invalid role ARN: ", *arn));
}

Status check_architecture_here(const Reader& rows, const TaskDefinition& definition) {
  if (!definition.runtime_platform || !definition.runtime_platform->cpu_architecture) return Done{};
  auto wanted = to_string(*definition.runtime_platform->cpu_architecture);
  bool any_machine = false;
  bool runs = false;
  rows.for_each<NodeRow>([&](const NodeRow& node) {
    any_machine = true;
    runs = runs || runs_architecture(wanted, node.cpu_architecture, node.emulated_architectures);
  });
  if (runs || !any_machine) return Done{};
  return invalid_parameter(cat("No machine here runs the CPU architecture ", wanted,
                               ". Choose another, or install the package qemu-user-static and start Roadstead again."));
}

Status check_health_check_path(const std::string& path) {
  if (path.starts_with('/') && path.find_first_of(" \r\n\t\"\\") == std::string::npos && path.size() <= 1024) return Done{};
  return invalid_parameter(cat("ValidationError: Health check path '", path,
                               "' must begin with a '/' character and contain no white space. Give a path such as '/' or '/health'."));
}

Result<ExpressGatewayScalingTarget> merge_scaling(
    const ExpressGatewayScalingTarget& current, const std::optional<ExpressGatewayScalingTarget>& given
) {
  auto out = current;
  if (given) {
    if (given->min_task_count) out.min_task_count = given->min_task_count;
    if (given->max_task_count) out.max_task_count = given->max_task_count;
    if (given->auto_scaling_metric) out.auto_scaling_metric = given->auto_scaling_metric;
    if (given->auto_scaling_target_value) out.auto_scaling_target_value = given->auto_scaling_target_value;
  }
  out.min_task_count = out.min_task_count.value_or(1);
  // A floor above the usual ceiling lifts the ceiling, unless the caller named one.
  out.max_task_count = out.max_task_count.value_or(std::max(20, *out.min_task_count));
  out.auto_scaling_metric = out.auto_scaling_metric.value_or(ExpressGatewayServiceScalingMetric::average_cpu);
  out.auto_scaling_target_value = out.auto_scaling_target_value.value_or(60);
  if (*out.min_task_count < 0) return invalid_parameter("minTaskCount must be at least 0.");
  if (*out.max_task_count > most_tasks) return invalid_parameter("maxTaskCount must be at most 5000, the most tasks that a service may have.");
  if (*out.max_task_count < 1) return invalid_parameter("maxTaskCount must be at least 1.");
  if (*out.min_task_count > *out.max_task_count) {
    return invalid_parameter(cat("minTaskCount (", *out.min_task_count, ") must not be greater than maxTaskCount (", *out.max_task_count, ")."));
  }
  bool counts_requests = out.auto_scaling_metric == ExpressGatewayServiceScalingMetric::request_count_per_target;
  int highest = counts_requests ? most_requests : 100;
  if (*out.auto_scaling_target_value < 1 || *out.auto_scaling_target_value > highest) {
    return invalid_parameter(cat("autoScalingTargetValue must be between 1 and ", highest, " for ", to_string(*out.auto_scaling_metric), '.'));
  }
  return out;
}

}  // namespace roadstead::ecs
