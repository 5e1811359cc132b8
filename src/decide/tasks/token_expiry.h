// The end of what a client token stands for: SDKs send one with every RunTask, so tokens that nobody may repeat any more have to go.
// State thread. Source: reference/ecs-core.md §1 (idempotency tokens are good for a day).
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Erases a token once it has expired, else says when it will have. The key is that of its row.
Result<std::optional<Instant>> reconcile_token(Tx& tx, const std::string& key);

}  // namespace roadstead
