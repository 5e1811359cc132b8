#include "agent/core/render/render_volumes.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

// A task with one container whose volumes a test changes.
struct Scene {
  AgentSettings settings{.node_id = "n1", .directory = "/agent"};
  TaskRow task;
  ecs::TaskDefinition definition;
  ecs::ContainerDefinition container;

  explicit Scene(ecs::Volume volume) {
    task.task_id = "0123";
    definition.family = "web";
    definition.revision = 3;
    container.name = "app";
    container.mount_points = {{ecs::MountPoint{.source_volume = volume.name, .container_path = "/in"}}};
    definition.volumes = {{std::move(volume)}};
    definition.container_definitions = {{container}};
  }

  std::vector<VolumeMount> mounts() const { return render_volume_mounts(settings, task, definition, container); }

  VolumeDirectory directory() const {
    auto directories = render_volumes(settings, task, definition, container);
    EXPECT_EQ(directories.size(), 1U);
    return directories.empty() ? VolumeDirectory{} : directories[0];
  }
};

ecs::Volume docker_volume(ecs::Scope scope, bool autoprovision) {
  ecs::Volume volume{.name = "data"};
  volume.docker_volume_configuration = ecs::DockerVolumeConfiguration{.scope = scope, .autoprovision = autoprovision};
  return volume;
}

TEST(RenderVolumes, APathOfTheMachineIsTakenAsItIs) {
  ecs::Volume volume{.name = "given", .host = ecs::HostVolumeProperties{.source_path = "/srv/data"}};
  Scene scene(volume);
  EXPECT_EQ(scene.mounts(), (std::vector<VolumeMount>{{.source = "/srv/data", .destination = "/in"}}));
  EXPECT_EQ(scene.directory().path, "/srv/data");
  EXPECT_EQ(scene.directory().copy_from, "") << "never filled from the image";
}

TEST(RenderVolumes, AVolumeOfTheTaskGoesWithIt) {
  for (const auto& volume : {ecs::Volume{.name = "data"}, docker_volume(ecs::Scope::task, false)}) {
    Scene scene(volume);
    EXPECT_EQ(scene.directory().path, "/agent/tasks/0123/volumes/data") << "below what is removed with the task";
    EXPECT_EQ(scene.directory().copy_from, "/in");
    EXPECT_EQ(scene.directory().shared, "");
    EXPECT_EQ(scene.mounts()[0].volume, "ecs-web-3-data-0123");
  }
}

TEST(RenderVolumes, ASharedVolumeOutlivesItsTasks) {
  auto volume = docker_volume(ecs::Scope::shared, true);
  volume.docker_volume_configuration->labels = std::map<std::string, std::string>{{"b", "2"}, {"a", "1"}};
  Scene scene(volume);
  auto directory = scene.directory();
  EXPECT_EQ(directory.path, "/agent/volumes/data/_data");
  EXPECT_EQ(directory.shared, "data");
  EXPECT_EQ(directory.settings, "driver=local\nlabel a=1\nlabel b=2\n");
  EXPECT_TRUE(directory.autoprovision);
  EXPECT_EQ(scene.mounts()[0].volume, "data");
  EXPECT_FALSE(Scene(docker_volume(ecs::Scope::shared, false)).directory().autoprovision);
}

TEST(RenderVolumes, ReadOnlyComesFromThePointOrFromWhoTakesIt) {
  Scene scene(ecs::Volume{.name = "data"});
  ecs::ContainerDefinition taker;
  taker.name = "taker";
  taker.volumes_from = {{ecs::VolumeFrom{.source_container = "app", .read_only = true}}};
  scene.definition.container_definitions->push_back(taker);
  auto taken = render_volume_mounts(scene.settings, scene.task, scene.definition, taker);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(taken[0].read_only);
  EXPECT_TRUE(render_volumes(scene.settings, scene.task, scene.definition, taker).empty()) << "its owner makes it";
  scene.container.mount_points->at(0).read_only = true;
  EXPECT_TRUE(scene.mounts()[0].read_only);
}

}  // namespace
}  // namespace roadstead
