#include "services/ecs/task_definitions/env_file_rules.h"

#include "base/text/text.h"
#include "decide/objects/object_arn.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_files = 10;

}  // namespace

Status check_env_files(const std::optional<std::vector<EnvironmentFile>>& files) {
  if (!files) return Done{};
  if (files->size() > most_files) return client_error("A container has at most 10 environment files.");
  for (const auto& file : *files) {
    auto arn = parse_object_arn(file.value);
    if (!arn) return client_error(cat("Invalid environment file: ", arn.error().message));
    if (!file.value.ends_with(".env")) {
      return client_error(cat("Invalid environment file '", file.value, "'. The name of the object must end in .env."));
    }
  }
  return Done{};
}

}  // namespace roadstead::ecs
