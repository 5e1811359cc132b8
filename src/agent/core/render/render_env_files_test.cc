#include "agent/core/render/render_env_files.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using Strings = std::vector<std::string>;

ecs::EnvironmentFile file(const char* arn) {
  ecs::EnvironmentFile out;
  out.value = arn;
  return out;
}

class RenderEnvFiles : public testing::Test {
 protected:
  RenderEnvFiles() {
    auto& container = definition_.container_definitions.emplace().emplace_back();
    container.name = "app";
    container.environment_files = {file("arn:aws:s3:::b/one.env"), file("arn:aws:s3:::b/two.env")};
    auto& variable = container.environment.emplace().emplace_back();
    variable.name = "SET";
    variable.value = "x";
    auto& secret = container.secrets.emplace().emplace_back();
    secret.name = "SECRET";
    auto& sidecar = definition_.container_definitions->emplace_back();
    sidecar.name = "sidecar";
    sidecar.environment_files = {file("arn:aws:s3:::b/two.env"), file("arn:aws:s3:::b/three.env")};
  }

  EnvFiles render(std::size_t index = 0) {
    ContainerSources sources{.settings = &settings_, .task = &task_, .definition = &definition_};
    sources.container = &definition_.container_definitions->at(index);
    sources.image.environment = {"PATH=/bin", "MODE=image"};
    return render_env_files(sources);
  }

  void override_files(std::vector<ecs::EnvironmentFile> files) {
    auto& over = task_.overrides.emplace().container_overrides.emplace().emplace_back();
    over.name = "app";
    over.environment_files = std::move(files);
  }

  AgentSettings settings_;
  TaskRow task_;
  ecs::TaskDefinition definition_;
  TaskProgress progress_;
};

TEST_F(RenderEnvFiles, TheDefinitionAndSecretsStay) {
  auto files = render();
  EXPECT_EQ(files.arns, (Strings{"arn:aws:s3:::b/one.env", "arn:aws:s3:::b/two.env"}));
  EXPECT_TRUE(files.fixed.contains("SET"));
  EXPECT_TRUE(files.fixed.contains("SECRET"));
  EXPECT_TRUE(files.fixed.contains("ECS_CONTAINER_METADATA_URI_V4"));
  EXPECT_FALSE(files.fixed.contains("MODE")) << "what the image says gives way";
}

TEST_F(RenderEnvFiles, AnOverrideReplacesThem) {
  override_files({file("arn:aws:s3:::b/other.env")});
  EXPECT_EQ(render(0).arns, Strings{"arn:aws:s3:::b/other.env"});
  EXPECT_EQ(render(1).arns.size(), 2U);
}

TEST_F(RenderEnvFiles, ATaskNeedsEachOnceUntilItHasBegun) {
  EXPECT_EQ(
      render_needed_env_files(task_, definition_, progress_),
      (Strings{"arn:aws:s3:::b/one.env", "arn:aws:s3:::b/two.env", "arn:aws:s3:::b/three.env"})
  );
  progress_.containers.emplace_back().state.started_at = Instant::from_seconds(1);
  EXPECT_EQ(render_needed_env_files(task_, definition_, progress_), Strings());
}

}  // namespace
}  // namespace roadstead
