#include "decide/containers/rules_of.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

ecs::TaskDefinition definition_of(std::vector<ecs::ContainerDefinition> containers) {
  ecs::TaskDefinition definition;
  definition.container_definitions = std::move(containers);
  return definition;
}

ecs::ContainerDefinition named(std::string name) {
  ecs::ContainerDefinition container;
  container.name = std::move(name);
  return container;
}

TEST(ContainerRulesOf, FillsInDefaults) {
  auto rules = container_rules_of(definition_of({named("app")}));
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0], (ContainerRules{.name = "app"}));
  EXPECT_EQ(rules[0].stop_timeout, 30s);
  EXPECT_TRUE(rules[0].essential);
}

TEST(ContainerRulesOf, LinksAndVolumesFromMeanStart) {
  auto app = named("app");
  app.links = {"db:database"};
  app.volumes_from = std::vector<ecs::VolumeFrom>{{.source_container = "files"}};
  app.depends_on = std::vector<ecs::ContainerDependency>{{"db", ecs::ContainerCondition::healthy}};
  auto rules = container_rules_of(definition_of({app, named("db"), named("files")}));
  std::vector<ContainerNeed> needs{
      {"db", NeedCondition::healthy}, {"db", NeedCondition::start}, {"files", NeedCondition::start}
  };
  EXPECT_EQ(rules[0].needs, needs);
}

TEST(ContainerRulesOf, HealthCheckAndRestartPolicy) {
  auto app = named("app");
  app.health_check = ecs::HealthCheck{.command = {"CMD-SHELL", "curl localhost"}, .interval = 7, .start_period = 9};
  app.restart_policy = ecs::ContainerRestartPolicy{.enabled = true, .ignored_exit_codes = {{1, 2}}};
  app.start_timeout = 11;
  app.stop_timeout = 13;
  app.essential = false;
  auto rules = container_rules_of(definition_of({app}));
  HealthRule health{.command = {"/bin/sh", "-c", "curl localhost"}, .interval = 7s, .start_period = 9s};
  EXPECT_EQ(rules[0].health, health);
  EXPECT_EQ(rules[0].restart, (RestartRule{.ignored_exit_codes = {1, 2}, .attempt_period = 300s}));
  EXPECT_EQ(rules[0].start_timeout, 11s);
  EXPECT_EQ(rules[0].stop_timeout, 13s);
  EXPECT_FALSE(rules[0].essential);
}

TEST(ContainerRulesOf, DisabledRestartAndNoneCheckAreAbsent) {
  auto app = named("app");
  app.health_check = ecs::HealthCheck{.command = {"NONE"}};
  app.restart_policy = ecs::ContainerRestartPolicy{.enabled = false};
  auto rules = container_rules_of(definition_of({app}));
  EXPECT_FALSE(rules[0].health);
  EXPECT_FALSE(rules[0].restart);
}

TEST(ContainerRulesOf, FirelensUsersNeedTheRouterUnlessItNeedsThem) {
  auto router = named("router");
  router.firelens_configuration = ecs::FirelensConfiguration{};
  router.depends_on = std::vector<ecs::ContainerDependency>{{"init", ecs::ContainerCondition::start}};
  auto app = named("app");
  app.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::awsfirelens};
  auto init = named("init");
  init.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::awsfirelens};
  auto rules = container_rules_of(definition_of({app, router, init}));
  EXPECT_EQ(rules[0].needs, (std::vector<ContainerNeed>{{"router", NeedCondition::start}}));
  EXPECT_TRUE(rules[2].needs.empty());
}

TEST(HealthCommand, Forms) {
  EXPECT_EQ(health_command({"CMD", "true", "x"}), (std::vector<std::string>{"true", "x"}));
  EXPECT_EQ(health_command({"true"}), (std::vector<std::string>{"true"}));
  EXPECT_TRUE(health_command({}).empty());
}

}  // namespace
}  // namespace roadstead
