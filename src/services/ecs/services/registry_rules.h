// What the serviceRegistries of a service may be. Source: reference/ecs-core.md §1.9, §9.1.
#pragma once

#include <vector>

#include "api/ecs/shapes/service_registry.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// Checks that there is at most one registry, that it exists in Cloud Map, and that it fits the definition's network mode:
/// with awsvpc, A and AAAA records take no port and SRV records one; with bridge and host, SRV records and the container's
/// name and port; with none, nothing. Errors: InvalidParameterException.
Status check_service_registries(const Reader& rows, const std::vector<ServiceRegistry>& registries, const TaskDefinition& definition);

}  // namespace roadstead::ecs
