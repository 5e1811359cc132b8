#include "decide/secrets/secret_lookup.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::string_view resource_prefix = "secret:";
constexpr std::int64_t micros_of_a_day = 86'400'000'000;

Instant start_of_day(Instant at) { return {at.micros - at.micros % micros_of_a_day}; }

/// The name in an ARN that lacks the random tail, if the secret of that name has the rest of the ARN too.
std::shared_ptr<const SecretRow> find_by_partial_arn(const Reader& rows, std::string_view id) {
  auto arn = parse_arn(id);
  if (!arn || arn->service != "secretsmanager" || !arn->resource.starts_with(resource_prefix)) return nullptr;
  auto secret = rows.find<SecretRow>(std::string_view(arn->resource).substr(resource_prefix.size()));
  if (secret == nullptr || !secret->secret_arn.starts_with(cat(id, '-'))) return nullptr;
  return secret;
}

Error value_missing(std::string_view what, std::string_view which) {
  return {"ResourceNotFoundException", cat("Secrets Manager can't find the specified secret value for ", what, which)};
}

}  // namespace

std::shared_ptr<const SecretRow> find_secret(const Reader& rows, std::string_view id) {
  if (!looks_like_arn(id)) return rows.find<SecretRow>(id);
  if (auto secret = rows.first(SecretRowIndex::by_arn, id)) return secret;
  return find_by_partial_arn(rows, id);
}

Result<std::shared_ptr<const SecretRow>> living_secret(const Reader& rows, std::string_view id) {
  auto secret = find_secret(rows, id);
  if (secret == nullptr) {
    return Error{"ResourceNotFoundException", "Secrets Manager can't find the specified secret."};
  }
  if (secret->deleted_at) {
    return Error{
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion."
    };
  }
  return secret;
}

bool has_stage(const SecretVersionRow& version, std::string_view stage) {
  return std::ranges::find(version.stages, stage) != version.stages.end();
}

std::shared_ptr<const SecretVersionRow> version_at_stage(
    const Reader& rows, std::string_view secret_arn, std::string_view stage
) {
  std::shared_ptr<const SecretVersionRow> found;
  rows.for_each(SecretVersionRowIndex::by_secret, secret_arn, [&](const std::shared_ptr<const SecretVersionRow>& row) {
    if (has_stage(*row, stage)) found = row;
    return found == nullptr;
  });
  return found;
}

Result<std::shared_ptr<const SecretVersionRow>> find_secret_version(
    const Reader& rows, const SecretRow& secret, const VersionChoice& choice
) {
  if (!choice.version_id) {
    auto stage = choice.version_stage.value_or(std::string(stage_current));
    auto version = version_at_stage(rows, secret.secret_arn, stage);
    if (version == nullptr) return value_missing("staging label: ", stage);
    return version;
  }
  SecretVersionRow wanted{.secret_arn = secret.secret_arn, .version_id = *choice.version_id};
  auto version = rows.find<SecretVersionRow>(RowTraits<SecretVersionRow>::key(wanted));
  if (version == nullptr) return value_missing("VersionId: ", *choice.version_id);
  if (choice.version_stage && !has_stage(*version, *choice.version_stage)) {
    return Error{
        "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId."
    };
  }
  return version;
}

std::string seal_context(const SecretVersionRow& version) { return cat(version.secret_arn, '\n', version.version_id); }

void touch_secret(Tx& tx, const SecretRow& secret, const SecretVersionRow& version) {
  auto today = start_of_day(tx.now());
  if (secret.last_accessed_at != today) {
    tx.update<SecretRow>(secret.secret_name, [&](SecretRow& row) { row.last_accessed_at = today; });
  }
  if (version.last_accessed_at != today) {
    tx.update<SecretVersionRow>(RowTraits<SecretVersionRow>::key(version), [&](SecretVersionRow& row) {
      row.last_accessed_at = today;
    });
  }
}

}  // namespace roadstead
