#include "agent/core/render/render_volumes.h"

#include <algorithm>
#include <map>

#include "agent/core/render/optional_list.h"
#include "agent/core/render/render_container.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

bool is_shared(const ecs::Volume& volume) {
  return volume.docker_volume_configuration && volume.docker_volume_configuration->scope == ecs::Scope::shared;
}

bool is_path(const ecs::Volume& volume) {
  return volume.host && volume.host->source_path && !volume.host->source_path->empty();
}

const ecs::Volume* find_volume(const ecs::TaskDefinition& definition, const std::optional<std::string>& name) {
  for (const auto& volume : list_of(definition.volumes)) {
    if (volume.name && volume.name == name) return &volume;
  }
  return nullptr;
}

std::string directory_of(const AgentSettings& settings, const TaskRow& task, const ecs::Volume& volume) {
  if (is_path(volume)) return *volume.host->source_path;
  if (is_shared(volume)) return cat(shared_volume_directory(settings, *volume.name), "/_data");
  return cat(task_directory(settings, task.task_id), "/volumes/", *volume.name);
}

/// A shared volume has its plain name; others carry their task's, as ECS's own agent names them.
std::string docker_name_of(const TaskRow& task, const ecs::TaskDefinition& definition, const ecs::Volume& volume) {
  if (is_path(volume)) return "";
  if (is_shared(volume)) return *volume.name;
  return cat("ecs-", definition.family.value_or(""), '-', definition.revision.value_or(0), '-', *volume.name, '-',
             task.task_id.substr(0, 20));
}

void add_mounts_of(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container, bool read_only, std::vector<VolumeMount>& out
) {
  for (const auto& point : list_of(container.mount_points)) {
    const ecs::Volume* volume = find_volume(definition, point.source_volume);
    if (volume == nullptr || !point.container_path) continue;
    out.push_back({
        .volume = docker_name_of(task, definition, *volume),
        .source = directory_of(settings, task, *volume),
        .destination = *point.container_path,
        .read_only = read_only || point.read_only.value_or(false),
    });
  }
}

/// "driver=local\nlabel a=b\n…": what must not differ when another task names the same volume.
std::string settings_of(const ecs::DockerVolumeConfiguration& configuration) {
  std::string out = cat("driver=", configuration.driver.value_or("local"), "\n");
  if (!configuration.labels) return out;
  std::map<std::string, std::string> sorted(configuration.labels->begin(), configuration.labels->end());
  for (const auto& [name, value] : sorted) out += cat("label ", name, "=", value, "\n");
  return out;
}

}  // namespace

std::string task_directory(const AgentSettings& settings, const std::string& task_id) {
  return cat(settings.directory, "/tasks/", task_id);
}

std::string shared_volume_directory(const AgentSettings& settings, const std::string& name) {
  return cat(settings.directory, "/volumes/", name);
}

std::vector<VolumeMount> render_volume_mounts(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
) {
  std::vector<VolumeMount> mounts;
  for (const auto& other : list_of(container.volumes_from)) {
    const auto* source = find_container(definition, other.source_container.value_or(""));
    if (source != nullptr) add_mounts_of(settings, task, definition, *source, other.read_only.value_or(false), mounts);
  }
  add_mounts_of(settings, task, definition, container, false, mounts);
  return mounts;
}

std::vector<VolumeDirectory> render_volumes(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
) {
  std::vector<VolumeDirectory> directories;
  for (const auto& point : list_of(container.mount_points)) {
    const ecs::Volume* volume = find_volume(definition, point.source_volume);
    if (volume == nullptr) continue;
    VolumeDirectory directory{.path = directory_of(settings, task, *volume)};
    if (!is_path(*volume)) directory.copy_from = point.container_path.value_or("");
    if (is_shared(*volume)) {
      directory.shared = *volume->name;
      directory.settings = settings_of(*volume->docker_volume_configuration);
      directory.autoprovision = volume->docker_volume_configuration->autoprovision.value_or(false);
    }
    directories.push_back(std::move(directory));
  }
  return directories;
}

}  // namespace roadstead
