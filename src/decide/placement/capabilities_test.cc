#include "decide/placement/capabilities.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace roadstead {
namespace {

using Names = std::vector<std::string>;

ecs::LogConfiguration logs_to(ecs::LogDriver driver) {
  ecs::LogConfiguration log;
  log.log_driver = driver;
  return log;
}

/// A definition that has every feature with a capability of its own.
ecs::TaskDefinition with_everything() {
  ecs::ContainerDefinition one;
  one.image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1";
  one.log_configuration = logs_to(ecs::LogDriver::awslogs);
  one.log_configuration->secret_options = {{{.name = "a", .value_from = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-abcdef"},
                                            {.name = "b", .value_from = "b"}}};
  one.repository_credentials = ecs::RepositoryCredentials{};
  one.secrets = {{{.name = "A", .value_from = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-abcdef"}, {.name = "B", .value_from = "/b"}}};
  one.environment_files = {{ecs::EnvironmentFile{}}};
  one.privileged = true;
  one.memory_reservation = 64;
  one.health_check = ecs::HealthCheck{};
  one.linux_parameters = ecs::LinuxParameters{};
  one.linux_parameters->init_process_enabled = true;
  one.depends_on = {{ecs::ContainerDependency{}}};
  one.restart_policy = ecs::ContainerRestartPolicy{};
  ecs::PortMapping range;
  range.container_port_range = "80-90";
  one.port_mappings = {{range}};
  ecs::ContainerDefinition router;
  router.image = "fluent-bit";
  router.firelens_configuration = ecs::FirelensConfiguration{};
  router.firelens_configuration->type = ecs::FirelensConfigurationType::fluentbit;
  router.firelens_configuration->options = {{{"config-file-type", "s3"}}};
  router.log_configuration = logs_to(ecs::LogDriver::awsfirelens);
  router.log_configuration->options = {{{"log-driver-buffer-limit", "100"}}};
  ecs::TaskDefinition definition;
  definition.container_definitions = {{one, router}};
  definition.execution_role_arn = "arn:aws:iam::123456789012:role/e";
  definition.task_role_arn = "arn:aws:iam::123456789012:role/t";
  definition.network_mode = ecs::NetworkMode::awsvpc;
  definition.pid_mode = ecs::PidMode::task;
  definition.proxy_configuration = ecs::ProxyConfiguration{};
  definition.enable_fault_injection = true;
  ecs::Volume volume;
  volume.docker_volume_configuration = ecs::DockerVolumeConfiguration{};
  definition.volumes = {{volume}};
  definition.cpu = "10241";
  return definition;
}

TEST(Capabilities, FollowFromTheFeaturesOfADefinition) {
  EXPECT_EQ(required_capabilities(with_everything()),
            (Names{"com.amazonaws.ecs.capability.task-iam-role",
                   "com.amazonaws.ecs.capability.logging-driver.awslogs",
                   "ecs.capability.execution-role-awslogs",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.19",
                   "ecs.capability.secrets.asm.bootstrap.log-driver",
                   "ecs.capability.secrets.ssm.bootstrap.log-driver",
                   "com.amazonaws.ecs.capability.ecr-auth",
                   "ecs.capability.execution-role-ecr-pull",
                   "ecs.capability.private-registry-authentication.secretsmanager",
                   "ecs.capability.secrets.asm.environment-variables",
                   "ecs.capability.secrets.ssm.environment-variables",
                   "ecs.capability.env-files.s3",
                   "com.amazonaws.ecs.capability.privileged-container",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.21",
                   "ecs.capability.container-health-check",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.24",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.25",
                   "ecs.capability.container-ordering",
                   "ecs.capability.container-restart-policy",
                   "ecs.capability.network.container-port-range",
                   "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
                   "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit",
                   "ecs.capability.firelens.fluentbit",
                   "ecs.capability.firelens.options.config.s3",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.18",
                   "ecs.capability.task-eni",
                   "ecs.capability.pid-ipc-namespace-sharing",
                   "ecs.capability.aws-appmesh",
                   "ecs.capability.fault-injection",
                   "ecs.capability.docker-plugin.local",
                   "ecs.capability.task-cpu-mem-limit",
                   "ecs.capability.increased-task-cpu-limit"}));
}

TEST(Capabilities, OfAPlainDefinitionForFargateAreThoseThatAwsShows) {
  ecs::ContainerDefinition web;
  web.image = "nginx:1.27";
  web.log_configuration = logs_to(ecs::LogDriver::awslogs);
  ecs::TaskDefinition definition;
  definition.container_definitions = {{web}};
  definition.execution_role_arn = "arn:aws:iam::123456789012:role/exec";
  definition.network_mode = ecs::NetworkMode::awsvpc;
  definition.requires_compatibilities = {{ecs::Compatibility::fargate}};
  definition.cpu = "256";
  definition.memory = "512";
  EXPECT_EQ(required_capabilities(definition),
            (Names{"com.amazonaws.ecs.capability.logging-driver.awslogs", "ecs.capability.execution-role-awslogs",
                   "com.amazonaws.ecs.capability.docker-remote-api.1.19", "com.amazonaws.ecs.capability.docker-remote-api.1.18",
                   "ecs.capability.task-eni"}));
  definition.task_role_arn = "arn:aws:iam::123456789012:role/t";
  definition.network_mode = ecs::NetworkMode::host;
  EXPECT_EQ(required_capabilities(definition).front(), "com.amazonaws.ecs.capability.task-iam-role-network-host");
}

TEST(Capabilities, NodesHaveAllThatADefinitionCanRequire) {
  auto definition = with_everything();
  for (const auto& name : required_capabilities(definition)) EXPECT_TRUE(is_node_capability(name)) << name;
  definition.network_mode = ecs::NetworkMode::host;
  auto& containers = *definition.container_definitions;
  containers[1].firelens_configuration->type = ecs::FirelensConfigurationType::fluentd;
  (*containers[1].firelens_configuration->options)["config-file-type"] = "file";
  for (const auto& name : required_capabilities(definition)) EXPECT_TRUE(is_node_capability(name)) << name;
  for (auto driver : {ecs::LogDriver::json_file, ecs::LogDriver::syslog, ecs::LogDriver::journald, ecs::LogDriver::gelf, ecs::LogDriver::fluentd,
                      ecs::LogDriver::splunk}) {
    containers[0].log_configuration = logs_to(driver);
    for (const auto& name : required_capabilities(definition)) EXPECT_TRUE(is_node_capability(name)) << name;
  }
  EXPECT_FALSE(is_node_capability("ecs.capability.gmsa"));
  EXPECT_FALSE(is_node_capability(""));
}

}  // namespace
}  // namespace roadstead
