// Versions of a secret as rows: making them, moving stages between them, dropping old ones. State thread.
//
//   AWSCURRENT moves to a version  ─►  the one that had it gets AWSPREVIOUS; the one that had that loses it
//   a version without any stage is deprecated; beyond a hundred versions the oldest deprecated ones go
//
// Source: reference/neighbour-apis.md §7.13.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/data/seal.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

/// A value as it was given.
struct SecretValue {
  std::string bytes;
  bool binary = false;
};

/// The value of a request, which gives at most one of the two. Errors: InvalidParameterException.
Result<std::optional<SecretValue>> value_of(
    const std::optional<std::string>& text, const std::optional<std::string>& binary
);

/// Makes a version named `token` (a new id without one) and moves `stages` to it; AWSCURRENT when there are none or the
/// secret has no current version. Gives its id. When the version is there with this very value, nothing happens.
/// Errors: ResourceExistsException when it is there with another value; DecryptionFailure.
Result<std::string> add_version(
    const SealingKey& key, Tx& tx, const SecretRow& secret, const SecretValue& value,
    const std::optional<std::string>& token, const std::vector<std::string>& stages
);

/// Puts `stage` at a version that is there, taking it from where it is.
void move_stage(Tx& tx, const SecretRow& secret, const std::string& version_id, const std::string& stage);

/// Takes `stage` from the version that has it.
void drop_stage(Tx& tx, const SecretRow& secret, const std::string& stage);

/// The row of a version, or null.
std::shared_ptr<const SecretVersionRow> find_version(
    const Reader& rows, const SecretRow& secret, const std::string& version_id
);

}  // namespace roadstead::secretsmanager
