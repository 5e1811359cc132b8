// Parameter Store of Systems Manager: named values with a history, sealed in the rows. The rest of Systems Manager is not
// here. Source: reference/neighbour-apis.md §7.13.
#pragma once

#include "api/ssm_service.gen.h"
#include "base/data/seal.h"

namespace roadstead::ssm {

/// The table of contents of the service; a slot left out answers "not supported". `key` seals the values and outlives the
/// handlers.
Handlers make_handlers(const SealingKey& key);

}  // namespace roadstead::ssm
