#include "agent/core/render/render_log.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

struct RenderLogTest : ::testing::Test {
  RenderLogTest() {
    settings.directory = "/state";
    task.task_id = "0123";
    definition.family = "shop";
    definition.revision = 3;
    container.name = "app";
    container.image = "nginx:1";
    container.environment.emplace();
    container.environment->push_back({.name = "STAGE", .value = "prod"});
    container.environment->push_back({.name = "HIDDEN", .value = "x"});
    container.docker_labels = std::map<std::string, std::string>{{"team", "web"}};
  }

  void log(ecs::LogDriver driver, std::map<std::string, std::string> options) {
    container.log_configuration = ecs::LogConfiguration{.log_driver = driver};
    container.log_configuration->options = std::move(options);
  }

  LogTarget target() {
    return render_log({&settings, &task, &definition, &container, "0123456789abcdef", "sha256:fedcba9876543210"});
  }

  AgentSettings settings;
  TaskRow task;
  ecs::TaskDefinition definition;
  ecs::ContainerDefinition container;
};

TEST_F(RenderLogTest, WithoutADriverAndWithJsonFileLinesStay) {
  EXPECT_FALSE(target().forwarded());
  log(ecs::LogDriver::json_file, {});
  EXPECT_FALSE(target().forwarded());
}

TEST_F(RenderLogTest, AwslogsHasAStream) {
  log(ecs::LogDriver::awslogs, {{"awslogs-group", "/g"}, {"awslogs-stream-prefix", "p"}});
  EXPECT_EQ(target().group, "/g");
  EXPECT_EQ(target().stream, "p/app/0123");
  EXPECT_TRUE(target().forwarded());
}

TEST_F(RenderLogTest, FluentdGetsATagAndAttributes) {
  log(ecs::LogDriver::fluentd,
      {{"fluentd-address", "10.0.0.1:1"}, {"tag", "{{.ImageName}}.{{.ID}}"}, {"labels", "team,none"}, {"env", "STAGE"}});
  LogTarget out = target();
  EXPECT_EQ(out.driver, "fluentd");
  EXPECT_EQ(to_string(out.address), "tcp://10.0.0.1:1");
  EXPECT_EQ(out.tag, "nginx:1.0123456789ab");
  EXPECT_EQ(out.container_id, "0123456789abcdef");
  EXPECT_TRUE(out.container_name.starts_with("ecs-shop-3-app-"));
  EXPECT_EQ(out.attributes, (std::map<std::string, std::string>{{"STAGE", "prod"}, {"team", "web"}}));
  EXPECT_TRUE(out.must_answer);
  EXPECT_FALSE(out.sub_second);
  log(ecs::LogDriver::fluentd, {{"fluentd-async", "true"}, {"fluentd-sub-second-precision", "true"}});
  EXPECT_FALSE(target().must_answer);
  EXPECT_TRUE(target().sub_second);
  EXPECT_EQ(target().tag, "0123456789ab");
}

TEST_F(RenderLogTest, FireLensIsFluentdOnTheRoutersSocket) {
  log(ecs::LogDriver::awsfirelens, {{"Name", "stdout"}});
  LogTarget out = target();
  EXPECT_EQ(out.driver, "fluentd");
  EXPECT_EQ(out.tag, "app-firelens-0123");
  EXPECT_EQ(out.address.kind, LogAddress::Kind::unix_stream);
  EXPECT_TRUE(out.address.path.ends_with("/0123/firelens/socket/fluent.sock"));
  EXPECT_TRUE(out.sub_second);
  EXPECT_FALSE(out.must_answer);
}

TEST_F(RenderLogTest, SyslogAndJournald) {
  log(ecs::LogDriver::syslog, {{"syslog-address", "udp://h:5"}, {"syslog-facility", "local0"}});
  LogTarget out = target();
  EXPECT_EQ(out.driver, "syslog");
  EXPECT_EQ(out.format, "rfc5424");
  EXPECT_EQ(out.facility, 16);
  EXPECT_EQ(to_string(out.address), "udp://h:5");
  log(ecs::LogDriver::journald, {});
  EXPECT_EQ(target().driver, "journald");
  EXPECT_TRUE(target().must_answer);
}

TEST_F(RenderLogTest, TheSpoolIsAsLargeAsTheOptionsSay) {
  EXPECT_EQ(render_spool(container), SpoolLimits{});
  log(ecs::LogDriver::json_file, {{"max-size", "1m"}, {"max-file", "3"}});
  EXPECT_EQ(render_spool(container), (SpoolLimits{1 << 20, 3, false, false}));
  log(ecs::LogDriver::json_file, {{"max-size", "1m"}});
  EXPECT_EQ(render_spool(container), (SpoolLimits{1 << 19, 2, false, false}));
  log(ecs::LogDriver::awslogs, {{"max-buffer-size", "4m"}});
  EXPECT_EQ(render_spool(container), (SpoolLimits{1 << 20, 4, true, false}));
  log(ecs::LogDriver::awslogs, {{"mode", "blocking"}});
  EXPECT_EQ(render_spool(container), (SpoolLimits{(10 << 20) / 4, 4, true, true}));
}

}  // namespace
}  // namespace roadstead
