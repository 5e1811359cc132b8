// What environment files of containers, and their overrides, may say. Whether the files are there is found out when a task starts.
// Source: reference/ecs-core.md §2.2. Pure.
#pragma once

#include <optional>
#include <vector>

#include "api/ecs/shapes/container_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// At most ten ARNs of objects of S3 whose names end in ".env". Errors: ClientException.
Status check_env_files(const std::optional<std::vector<EnvironmentFile>>& files);

}  // namespace roadstead::ecs
