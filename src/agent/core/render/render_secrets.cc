#include "agent/core/render/render_secrets.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

void add_references(const std::optional<std::vector<ecs::Secret>>& secrets, std::vector<std::string>& out) {
  if (!secrets) return;
  for (const auto& secret : *secrets) {
    if (std::ranges::find(out, secret.value_from) == out.end()) out.push_back(secret.value_from);
  }
}

}  // namespace

std::vector<SecretReference> render_secrets(const ecs::ContainerDefinition& container) {
  std::vector<SecretReference> out;
  if (!container.secrets) return out;
  for (const auto& secret : *container.secrets) out.push_back({secret.name, secret.value_from});
  return out;
}

std::vector<std::string> render_needed_secrets(const ecs::TaskDefinition& definition, const TaskProgress& progress) {
  std::vector<std::string> out;
  bool began = std::ranges::any_of(progress.containers, [](const auto& one) { return one.state.started_at.has_value(); });
  if (began || !definition.container_definitions) return out;
  for (const auto& container : *definition.container_definitions) {
    add_references(container.secrets, out);
    if (container.log_configuration) add_references(container.log_configuration->secret_options, out);
  }
  return out;
}

std::string render_credentials_parameter(const AgentSettings& settings, const ecs::ContainerDefinition& container) {
  if (!container.repository_credentials) return {};
  const auto& given = container.repository_credentials->credentials_parameter;
  if (given.empty() || looks_like_arn(given)) return given;
  return cat("arn:aws:secretsmanager:", settings.region, ':', settings.account_id, ":secret:", given);
}

}  // namespace roadstead
