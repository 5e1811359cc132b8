// The end of a secret's recovery window: what is due for one secret, and when to look again. State thread.
//
//   living ──DeleteSecret──► marked ──RestoreSecret──► living
//                              └──purge_at──► gone, with its versions and tags
//
// Source: reference/neighbour-apis.md §7.13.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Takes a secret away for good when its recovery window is over. The key is its name.
Result<std::optional<Instant>> reconcile_secret(Tx& tx, const std::string& secret_name);

/// Erases a secret with its versions and tags.
void purge_secret(Tx& tx, const SecretRow& secret);

}  // namespace roadstead
