#include "agent/core/render/render_env_files.h"

#include <algorithm>

#include "agent/core/render/render_secrets.h"

namespace roadstead {

namespace {

std::vector<std::string> arns_of(const TaskRow& task, const ecs::ContainerDefinition& container) {
  auto files = container.environment_files;
  if (task.overrides && task.overrides->container_overrides) {
    for (const auto& over : *task.overrides->container_overrides) {
      if (over.name == container.name && over.environment_files) files = over.environment_files;
    }
  }
  std::vector<std::string> out;
  if (!files) return out;
  for (const auto& file : *files) out.push_back(file.value);
  return out;
}

}  // namespace

EnvFiles render_env_files(const ContainerSources& sources) {
  EnvFiles out{.arns = arns_of(*sources.task, *sources.container), .fixed = {}};
  if (out.arns.empty()) return out;
  // Everything but what the image says.
  auto without_image = sources;
  without_image.image.environment.clear();
  for (const auto& entry : render_environment(without_image)) out.fixed.insert(entry.substr(0, entry.find('=')));
  for (const auto& secret : render_secrets(*sources.container)) out.fixed.insert(secret.name);
  return out;
}

std::vector<std::string> render_needed_env_files(
    const TaskRow& task, const ecs::TaskDefinition& definition, const TaskProgress& progress
) {
  std::vector<std::string> out;
  bool began = std::ranges::any_of(progress.containers, [](const auto& one) { return one.state.started_at.has_value(); });
  if (began || !definition.container_definitions) return out;
  for (const auto& container : *definition.container_definitions) {
    for (auto& arn : arns_of(task, container)) {
      if (std::ranges::find(out, arn) == out.end()) out.push_back(std::move(arn));
    }
  }
  return out;
}

}  // namespace roadstead
