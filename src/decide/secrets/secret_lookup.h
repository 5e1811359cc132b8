// Finding secrets and their versions by what clients call them. Used by Secrets Manager's operations and for tasks.
// Pure; state thread. Source: reference/neighbour-apis.md §7.13.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

inline constexpr std::string_view stage_current = "AWSCURRENT";
inline constexpr std::string_view stage_previous = "AWSPREVIOUS";
inline constexpr std::string_view stage_pending = "AWSPENDING";

/// Characters of the random tail of a secret's ARN, without its hyphen.
inline constexpr int secret_suffix_size = 6;

/// The secret that `id` names: its name, its ARN, or its ARN without the hyphen and the six characters at the end. Also one
/// that is marked for deletion. Null when there is none.
std::shared_ptr<const SecretRow> find_secret(const Reader& rows, std::string_view id);

/// Like find_secret. Errors: ResourceNotFoundException; InvalidRequestException when it is marked for deletion.
Result<std::shared_ptr<const SecretRow>> living_secret(const Reader& rows, std::string_view id);

/// Which version of a secret is meant: by id, by stage, by both when they agree; without either AWSCURRENT.
struct VersionChoice {
  std::optional<std::string> version_id = {};
  std::optional<std::string> version_stage = {};
};

/// Errors: ResourceNotFoundException; InvalidRequestException when the stage is not at that version.
Result<std::shared_ptr<const SecretVersionRow>> find_secret_version(
    const Reader& rows, const SecretRow& secret, const VersionChoice& choice
);

/// The version of a secret that `stage` is at, or null.
std::shared_ptr<const SecretVersionRow> version_at_stage(
    const Reader& rows, std::string_view secret_arn, std::string_view stage
);

bool has_stage(const SecretVersionRow& version, std::string_view stage);

/// What the value of a version is sealed for (base/data/seal.h).
std::string seal_context(const SecretVersionRow& version);

/// Notes today as the day on which a secret and a version of it were last used. Writes once a day.
void touch_secret(Tx& tx, const SecretRow& secret, const SecretVersionRow& version);

}  // namespace roadstead
