#include "agent/core/render/render_firelens.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

// A web server and a worker that log to a router.
struct FireLensTest : ::testing::Test {
  FireLensTest() {
    settings.node_id = "node-1";
    settings.directory = "/state";
    task.task_id = "0123";
    task.task_arn = "arn:aws:ecs:us-east-1:123456789012:task/prod/0123";
    task.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/prod";
    task.launch_type = "FARGATE";
    definition.family = "shop";
    definition.revision = 7;
    definition.network_mode = ecs::NetworkMode::awsvpc;
    definition.container_definitions.emplace();
    add("app", {{"Name", "stdout"}});
    ecs::ContainerDefinition router;
    router.name = "router";
    router.memory_reservation = 100;
    router.firelens_configuration = ecs::FirelensConfiguration{.type = ecs::FirelensConfigurationType::fluentbit};
    definition.container_definitions->push_back(router);
  }

  void add(const std::string& name, std::map<std::string, std::string> options) {
    ecs::ContainerDefinition container;
    container.name = name;
    container.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::awsfirelens};
    container.log_configuration->options = std::move(options);
    definition.container_definitions->push_back(container);
  }

  void options(std::size_t at, std::map<std::string, std::string> given) { container(at).log_configuration->options = std::move(given); }
  void router(std::map<std::string, std::string> given) { firelens().options = std::move(given); }
  void secret(const std::string& name) {
    container(0).log_configuration->secret_options.emplace().push_back({.name = name, .value_from = "arn:secret"});
  }
  ecs::ContainerDefinition& container(std::size_t at) { return definition.container_definitions->at(at); }
  ecs::FirelensConfiguration& firelens() { return *container(1).firelens_configuration; }
  std::string config() { return render_firelens_config(settings, task, definition).value(); }

  AgentSettings settings;
  TaskRow task;
  ecs::TaskDefinition definition;
};

TEST_F(FireLensTest, FluentBitListensInTheTaskAndSendsWhereTheOptionsSay) {
  EXPECT_EQ(config(), R"([INPUT]
    Name forward
    Mem_Buf_Limit 50MB
    unix_path /var/run/fluent.sock

[INPUT]
    Name forward
    Listen 127.0.0.1
    Port 24224

[INPUT]
    Name tcp
    Tag firelens-healthcheck
    Listen 127.0.0.1
    Port 8877

[FILTER]
    Name record_modifier
    Match *
    Record ecs_cluster prod
    Record ecs_task_arn arn:aws:ecs:us-east-1:123456789012:task/prod/0123
    Record ecs_task_definition shop:7

[OUTPUT]
    Name null
    Match firelens-healthcheck

[OUTPUT]
    Name stdout
    Match app-firelens*

)");
}

TEST_F(FireLensTest, FluentBitWithPatternsSecretsAndAFile) {
  task.launch_type = "EC2";
  definition.network_mode = ecs::NetworkMode::bridge;
  container(1).memory_reservation.reset();
  options(0, {{"Name", "http"},          {"Host", "logs.example"},          {"include-pattern", "keep"},
              {"exclude-pattern", "^x"}, {"log-driver-buffer-limit", "10"}, {"mode", "non-blocking"}});
  secret("Header");
  router({{"config-file-type", "file"}, {"config-file-value", "/extra.conf"}});
  add("worker", {});
  EXPECT_EQ(config(), R"([INPUT]
    Name forward
    Mem_Buf_Limit 25MB
    unix_path /var/run/fluent.sock

[INPUT]
    Name forward
    Listen 0.0.0.0
    Port 24224

[INPUT]
    Name tcp
    Tag firelens-healthcheck
    Listen 127.0.0.1
    Port 8877

[FILTER]
    Name   grep
    Match app-firelens*
    Regex  log keep

[FILTER]
    Name   grep
    Match app-firelens*
    Exclude log ^x

[FILTER]
    Name record_modifier
    Match *
    Record ec2_instance_id node-1
    Record ecs_cluster prod
    Record ecs_task_arn arn:aws:ecs:us-east-1:123456789012:task/prod/0123
    Record ecs_task_definition shop:7

@INCLUDE /extra.conf

[OUTPUT]
    Name null
    Match firelens-healthcheck

[OUTPUT]
    Name http
    Match app-firelens*
    Header ${Header_0}
    Host logs.example

)");
  auto secrets = render_router_secrets(definition, container(1));
  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_EQ(secrets[0].name, "Header_0");
  EXPECT_EQ(secrets[0].value_from, "arn:secret");
  EXPECT_TRUE(render_router_secrets(definition, container(0)).empty());
}

TEST_F(FireLensTest, Fluentd) {
  firelens().type = ecs::FirelensConfigurationType::fluentd;
  router({{"enable-ecs-log-metadata", "true"}, {"config-file-type", "file"}, {"config-file-value", "/e.conf"}});
  options(0, {{"@type", "http"}, {"include-pattern", "a"}, {"exclude-pattern", "b"}});
  secret("token");
  EXPECT_EQ(config(), R"(<source>
    @type unix
    path /var/run/fluent.sock
</source>

<source>
    @type forward
    bind 127.0.0.1
    port 24224
</source>

<filter app-firelens**>
    @type grep
    <regexp>
        key log
        pattern a
    </regexp>
</filter>

<filter app-firelens**>
    @type grep
    <exclude>
        key log
        pattern b
    </exclude>
</filter>

<filter **>
    @type record_transformer
    <record>
        ecs_cluster prod
        ecs_task_arn arn:aws:ecs:us-east-1:123456789012:task/prod/0123
        ecs_task_definition shop:7
    </record>
</filter>

@include /e.conf

<match app-firelens**>
    @type http
    token "#{ENV['token_0']}"
</match>

)");
}

TEST_F(FireLensTest, InHostModeOnlyTheSocket) {
  definition.network_mode = ecs::NetworkMode::host;
  router({{"enable-ecs-log-metadata", "false"}});
  EXPECT_EQ(config(), R"([INPUT]
    Name forward
    Mem_Buf_Limit 50MB
    unix_path /var/run/fluent.sock

[OUTPUT]
    Name stdout
    Match app-firelens*

)");
  EXPECT_TRUE(render_firelens_environment(definition, container(0), "").empty());
}

TEST_F(FireLensTest, OptionsWithoutAnOutputAreAProblemOfTheRouter) {
  options(0, {{"Host", "logs.example"}});
  auto files = render_router_files(settings, task, definition, container(1));
  ASSERT_TRUE(files);
  EXPECT_EQ(files->problem, "missing output key Name which is required for firelens configuration of type fluentbit");
  firelens().type = ecs::FirelensConfigurationType::fluentd;
  EXPECT_EQ(render_router_files(settings, task, definition, container(1))->problem,
            "missing output key @type which is required for firelens configuration of type fluentd");
  EXPECT_FALSE(render_router_files(settings, task, definition, container(0)));
}

TEST_F(FireLensTest, FilesAndNeighbours) {
  container(1).user = "100:101";
  auto files = render_router_files(settings, task, definition, container(1));
  ASSERT_TRUE(files);
  EXPECT_EQ(files->user, "100:101");
  EXPECT_EQ(files->problem, "");
  EXPECT_EQ(firelens_socket(settings, "0123"), files->directory + "/socket/fluent.sock");
  auto mounts = render_router_mounts(settings, task, container(1));
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].source, files->directory + "/config/fluent.conf");
  EXPECT_EQ(mounts[0].destination, "/fluent-bit/etc/fluent-bit.conf");
  EXPECT_EQ(mounts[1].source, files->directory + "/socket");
  EXPECT_EQ(mounts[1].destination, "/var/run");
  using Words = std::vector<std::string>;
  EXPECT_EQ(render_firelens_environment(definition, container(0), "10.0.0.9"), (Words{"FLUENT_HOST=127.0.0.1", "FLUENT_PORT=24224"}));
  EXPECT_EQ(render_firelens_environment(definition, container(1), "10.0.0.9"), Words{});
  definition.network_mode = ecs::NetworkMode::bridge;
  firelens().type = ecs::FirelensConfigurationType::fluentd;
  EXPECT_EQ(render_firelens_environment(definition, container(0), "10.0.0.9"), (Words{"FLUENT_HOST=10.0.0.9", "FLUENT_PORT=24224"}));
  EXPECT_EQ(render_firelens_environment(definition, container(1), "10.0.0.9"), Words{"FLUENT_UID=0"});
  EXPECT_EQ(render_router_mounts(settings, task, container(1))[0].destination, "/fluentd/etc/fluent.conf");
}

TEST_F(FireLensTest, AFileFromS3) {
  router({{"config-file-type", "s3"}, {"config-file-value", "arn:aws:s3:::conf/extra.conf"}});
  EXPECT_NE(config().find("@INCLUDE /fluent-bit/etc/external.conf\n"), std::string::npos);
  EXPECT_EQ(config().find("arn:aws:s3"), std::string::npos);
  auto files = render_router_files(settings, task, definition, container(1));
  ASSERT_TRUE(files);
  EXPECT_EQ(files->external, "arn:aws:s3:::conf/extra.conf");
  auto mounts = render_router_mounts(settings, task, container(1));
  ASSERT_EQ(mounts.size(), 3U);
  EXPECT_EQ(mounts[2].source, files->directory + "/config/external.conf");
  EXPECT_EQ(mounts[2].destination, "/fluent-bit/etc/external.conf");
  firelens().type = ecs::FirelensConfigurationType::fluentd;
  options(0, {{"@type", "http"}});
  EXPECT_NE(config().find("@include /fluentd/etc/external.conf\n"), std::string::npos);
}

}  // namespace
}  // namespace roadstead
