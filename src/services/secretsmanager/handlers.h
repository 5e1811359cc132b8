// Secrets Manager: named values with versions, sealed in the rows. Rotation by Lambda and replication are not here.
// Source: reference/neighbour-apis.md §7.13.
#pragma once

#include "api/secretsmanager_service.gen.h"
#include "base/data/seal.h"

namespace roadstead::secretsmanager {

/// The table of contents of the service; a slot left out answers "not supported". `key` seals the values and outlives the
/// handlers.
Handlers make_handlers(const SealingKey& key);

}  // namespace roadstead::secretsmanager
