#include "decide/placement/capabilities.h"

#include <algorithm>
#include <array>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr int many_cpu_units = 10 * 1024;

constexpr std::array<std::string_view, 51> offered{
    "com.amazonaws.ecs.capability.docker-remote-api.1.17",
    "com.amazonaws.ecs.capability.docker-remote-api.1.18",
    "com.amazonaws.ecs.capability.docker-remote-api.1.19",
    "com.amazonaws.ecs.capability.docker-remote-api.1.20",
    "com.amazonaws.ecs.capability.docker-remote-api.1.21",
    "com.amazonaws.ecs.capability.docker-remote-api.1.22",
    "com.amazonaws.ecs.capability.docker-remote-api.1.23",
    "com.amazonaws.ecs.capability.docker-remote-api.1.24",
    "com.amazonaws.ecs.capability.docker-remote-api.1.25",
    "com.amazonaws.ecs.capability.ecr-auth",
    "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.fluentd",
    "com.amazonaws.ecs.capability.logging-driver.gelf",
    "com.amazonaws.ecs.capability.logging-driver.journald",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.splunk",
    "com.amazonaws.ecs.capability.logging-driver.syslog",
    "com.amazonaws.ecs.capability.privileged-container",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "ecs.capability.aws-appmesh",
    "ecs.capability.container-health-check",
    "ecs.capability.container-ordering",
    "ecs.capability.container-restart-policy",
    "ecs.capability.docker-plugin.local",
    "ecs.capability.env-files.s3",
    "ecs.capability.execute-command",
    "ecs.capability.execution-role-awslogs",
    "ecs.capability.execution-role-ecr-pull",
    "ecs.capability.external",
    "ecs.capability.fault-injection",
    "ecs.capability.firelens.fluentbit",
    "ecs.capability.firelens.fluentd",
    "ecs.capability.firelens.options.config.file",
    "ecs.capability.firelens.options.config.s3",
    "ecs.capability.full-sync",
    "ecs.capability.increased-task-cpu-limit",
    "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit",
    "ecs.capability.network.container-port-range",
    "ecs.capability.pid-ipc-namespace-sharing",
    "ecs.capability.private-registry-authentication.secretsmanager",
    "ecs.capability.secrets.asm.bootstrap.log-driver",
    "ecs.capability.secrets.asm.environment-variables",
    "ecs.capability.secrets.ssm.bootstrap.log-driver",
    "ecs.capability.secrets.ssm.environment-variables",
    "ecs.capability.service-connect-v1",
    "ecs.capability.task-cpu-mem-limit",
    "ecs.capability.task-eni",
    "ecs.capability.task-eni-block-instance-metadata",
    "ecs.capability.task-eni-trunking",
};
static_assert(std::ranges::is_sorted(offered));

/// The names found so far.
class Names {
 public:
  void add(bool needed, std::string name) {
    if (needed && std::ranges::find(names_, name) == names_.end()) names_.push_back(std::move(name));
  }
  std::vector<std::string> take() && { return std::move(names_); }

 private:
  std::vector<std::string> names_;
};

bool has(const auto& list) { return list && !list->empty(); }

/// Secrets Manager is named by ARN alone; anything else is a parameter.
std::string_view store_of(std::string_view value_from) { return value_from.find(":secretsmanager:") != std::string_view::npos ? "asm" : "ssm"; }

void add_logging(Names& names, const ecs::ContainerDefinition& container, bool execution_role) {
  if (container.log_configuration) {
    const auto& log = *container.log_configuration;
    auto driver = log.log_driver;
    names.add(true, cat("com.amazonaws.ecs.capability.logging-driver.", to_string(driver)));
    names.add(driver == ecs::LogDriver::awslogs && execution_role, "ecs.capability.execution-role-awslogs");
    names.add(driver == ecs::LogDriver::awslogs, "com.amazonaws.ecs.capability.docker-remote-api.1.19");
    bool buffered = driver == ecs::LogDriver::awsfirelens && log.options && log.options->contains("log-driver-buffer-limit");
    names.add(buffered, "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit");
    if (log.secret_options) {
      for (const auto& secret : *log.secret_options) names.add(true, cat("ecs.capability.secrets.", store_of(secret.value_from), ".bootstrap.log-driver"));
    }
  }
  if (!container.firelens_configuration) return;
  const auto& router = *container.firelens_configuration;
  names.add(true, cat("ecs.capability.firelens.", to_string(router.type)));
  if (!router.options) return;
  auto type = router.options->find("config-file-type");
  if (type != router.options->end()) names.add(true, cat("ecs.capability.firelens.options.config.", type->second));
}

void add_container(Names& names, const ecs::ContainerDefinition& container, bool execution_role) {
  add_logging(names, container, execution_role);
  bool ecr = container.image && is_ecr_image(*container.image);
  names.add(ecr, "com.amazonaws.ecs.capability.ecr-auth");
  names.add(ecr && execution_role, "ecs.capability.execution-role-ecr-pull");
  names.add(container.repository_credentials.has_value(), "ecs.capability.private-registry-authentication.secretsmanager");
  if (container.secrets) {
    for (const auto& secret : *container.secrets) names.add(true, cat("ecs.capability.secrets.", store_of(secret.value_from), ".environment-variables"));
  }
  names.add(has(container.environment_files), "ecs.capability.env-files.s3");
  names.add(container.privileged.value_or(false), "com.amazonaws.ecs.capability.privileged-container");
  names.add(container.memory_reservation.has_value(), "com.amazonaws.ecs.capability.docker-remote-api.1.21");
  names.add(container.health_check.has_value(), "ecs.capability.container-health-check");
  names.add(container.health_check.has_value(), "com.amazonaws.ecs.capability.docker-remote-api.1.24");
  names.add(container.linux_parameters && container.linux_parameters->init_process_enabled.value_or(false),
            "com.amazonaws.ecs.capability.docker-remote-api.1.25");
  names.add(has(container.depends_on), "ecs.capability.container-ordering");
  names.add(container.restart_policy.has_value(), "ecs.capability.container-restart-policy");
  if (!container.port_mappings) return;
  for (const auto& port : *container.port_mappings) names.add(port.container_port_range.has_value(), "ecs.capability.network.container-port-range");
}

}  // namespace

std::vector<std::string> required_capabilities(const ecs::TaskDefinition& definition) {
  Names names;
  if (definition.task_role_arn) {
    bool host = definition.network_mode == ecs::NetworkMode::host;
    names.add(true, host ? "com.amazonaws.ecs.capability.task-iam-role-network-host" : "com.amazonaws.ecs.capability.task-iam-role");
  }
  if (definition.container_definitions) {
    for (const auto& container : *definition.container_definitions) add_container(names, container, definition.execution_role_arn.has_value());
  }
  names.add(true, "com.amazonaws.ecs.capability.docker-remote-api.1.18");
  names.add(definition.network_mode == ecs::NetworkMode::awsvpc, "ecs.capability.task-eni");
  names.add(definition.pid_mode || definition.ipc_mode, "ecs.capability.pid-ipc-namespace-sharing");
  names.add(definition.proxy_configuration.has_value(), "ecs.capability.aws-appmesh");
  names.add(definition.enable_fault_injection.value_or(false), "ecs.capability.fault-injection");
  if (definition.volumes) {
    for (const auto& volume : *definition.volumes) {
      if (!volume.docker_volume_configuration) continue;
      names.add(true, cat("ecs.capability.docker-plugin.", volume.docker_volume_configuration->driver.value_or("local")));
    }
  }
  // Fargate has no instances that would have to enforce the limits.
  const auto& required = definition.requires_compatibilities;
  bool fargate = required && std::ranges::find(*required, ecs::Compatibility::fargate) != required->end();
  names.add(!fargate && (definition.cpu || definition.memory), "ecs.capability.task-cpu-mem-limit");
  bool many = to_number<int>(definition.cpu.value_or("0")).value_or(0) > many_cpu_units;
  names.add(!fargate && many, "ecs.capability.increased-task-cpu-limit");
  return std::move(names).take();
}

std::span<const std::string_view> node_capabilities() { return offered; }

bool is_node_capability(std::string_view name) { return std::ranges::binary_search(offered, name); }

bool is_ecr_image(std::string_view image) {
  auto host = image.substr(0, image.find('/'));
  return host.size() < image.size() && host.find(".dkr.ecr.") == 12 && host.find(".amazonaws.com") != std::string_view::npos;
}

}  // namespace roadstead
