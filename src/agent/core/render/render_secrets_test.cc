#include "agent/core/render/render_secrets.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using References = std::vector<std::string>;

ecs::TaskDefinition definition() {
  ecs::TaskDefinition out;
  ecs::ContainerDefinition app;
  app.name = "app";
  app.secrets = {{.name = "PASSWORD", .value_from = "arn:one"}, {.name = "MODE", .value_from = "/mode"}};
  ecs::ContainerDefinition side;
  side.name = "side";
  side.secrets.emplace().push_back({.name = "AGAIN", .value_from = "/mode"});
  side.log_configuration.emplace();
  side.log_configuration->secret_options.emplace().push_back({.name = "token", .value_from = "arn:two"});
  out.container_definitions = {app, side, ecs::ContainerDefinition{}};
  return out;
}

TEST(RenderSecrets, AllOfATaskOnce) {
  TaskProgress progress;
  progress.containers.resize(2);
  EXPECT_EQ(render_needed_secrets(definition(), progress), (References{"arn:one", "/mode", "arn:two"}));
  progress.containers[1].state.started_at = Instant::from_seconds(1);
  EXPECT_EQ(render_needed_secrets(definition(), progress), References{});
  EXPECT_EQ(render_needed_secrets({}, {}), References{});
}

TEST(RenderSecrets, OfOneContainerInOrder) {
  auto secrets = render_secrets(definition().container_definitions->front());
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0].name, "PASSWORD");
  EXPECT_EQ(secrets[1].value_from, "/mode");
  EXPECT_TRUE(render_secrets({}).empty());
}

TEST(RenderSecrets, RegistryCredentialsByArnOrName) {
  AgentSettings settings{.node_id = "n", .region = "eu-west-1", .account_id = "123456789012"};
  ecs::ContainerDefinition container;
  EXPECT_EQ(render_credentials_parameter(settings, container), "");
  container.repository_credentials = ecs::RepositoryCredentials{"harbour"};
  EXPECT_EQ(render_credentials_parameter(settings, container), "arn:aws:secretsmanager:eu-west-1:123456789012:secret:harbour");
  container.repository_credentials = ecs::RepositoryCredentials{"arn:aws:secretsmanager:x"};
  EXPECT_EQ(render_credentials_parameter(settings, container), "arn:aws:secretsmanager:x");
}

}  // namespace
}  // namespace roadstead
