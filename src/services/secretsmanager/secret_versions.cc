#include "services/secretsmanager/secret_versions.h"

#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/secrets/secret_lookup.h"

namespace roadstead::secretsmanager {

namespace {

constexpr std::size_t most_versions = 100;

std::string key_of(const SecretRow& secret, const std::string& version_id) {
  return RowTraits<SecretVersionRow>::key({.secret_arn = secret.secret_arn, .version_id = version_id});
}

void detach(Tx& tx, const SecretVersionRow& version, std::string_view stage) {
  tx.update<SecretVersionRow>(RowTraits<SecretVersionRow>::key(version), [&](SecretVersionRow& row) {
    std::erase(row.stages, stage);
  });
}

void attach(Tx& tx, const SecretRow& secret, const std::string& version_id, std::string_view stage) {
  tx.update<SecretVersionRow>(key_of(secret, version_id), [&](SecretVersionRow& row) {
    row.stages.emplace_back(stage);
    std::ranges::sort(row.stages);
  });
}

/// Whether the version holds this very value. Errors: DecryptionFailure.
Result<bool> holds(const SealingKey& key, const SecretVersionRow& version, const SecretValue& value) {
  auto plain = TRY(unseal(key, seal_context(version), version.sealed_value));
  return plain == value.bytes && version.binary == value.binary;
}

void drop_deprecated(Tx& tx, const SecretRow& secret) {
  auto versions = tx.list(SecretVersionRowIndex::by_secret, secret.secret_arn);
  if (versions.size() <= most_versions) return;
  auto surplus = versions.size() - most_versions;
  std::ranges::sort(versions, {}, [](const auto& row) { return row->sequence; });
  for (const auto& version : versions) {
    if (surplus == 0) return;
    if (!version->stages.empty()) continue;
    tx.erase<SecretVersionRow>(RowTraits<SecretVersionRow>::key(*version));
    --surplus;
  }
}

std::int64_t next_sequence(const Tx& tx, const SecretRow& secret) {
  std::int64_t last = 0;
  tx.for_each(SecretVersionRowIndex::by_secret, secret.secret_arn, [&](const SecretVersionRow& row) {
    last = std::max(last, row.sequence);
  });
  return last + 1;
}

}  // namespace

Result<std::optional<SecretValue>> value_of(
    const std::optional<std::string>& text, const std::optional<std::string>& binary
) {
  if (text && binary) {
    return Error{"InvalidParameterException", "You can't specify both a binary secret value and a string secret value in the same secret."};
  }
  if (text) return std::optional(SecretValue{*text, false});
  if (binary) return std::optional(SecretValue{*binary, true});
  return std::optional<SecretValue>();
}

std::shared_ptr<const SecretVersionRow> find_version(
    const Reader& rows, const SecretRow& secret, const std::string& version_id
) {
  return rows.find<SecretVersionRow>(key_of(secret, version_id));
}

void drop_stage(Tx& tx, const SecretRow& secret, const std::string& stage) {
  if (auto holder = version_at_stage(tx, secret.secret_arn, stage)) detach(tx, *holder, stage);
}

void move_stage(Tx& tx, const SecretRow& secret, const std::string& version_id, const std::string& stage) {
  auto holder = version_at_stage(tx, secret.secret_arn, stage);
  if (holder != nullptr && holder->version_id == version_id) return;
  if (holder != nullptr) detach(tx, *holder, stage);
  attach(tx, secret, version_id, stage);
  if (stage != stage_current || holder == nullptr) return;
  drop_stage(tx, secret, std::string(stage_previous));
  attach(tx, secret, holder->version_id, stage_previous);
}

Result<std::string> add_version(
    const SealingKey& key, Tx& tx, const SecretRow& secret, const SecretValue& value,
    const std::optional<std::string>& token, const std::vector<std::string>& stages
) {
  auto version_id = token ? *token : new_uuid(tx.ids());
  if (auto known = find_version(tx, secret, version_id)) {
    if (TRY(holds(key, *known, value))) return version_id;
    return Error{
        "ResourceExistsException",
        cat("You can't use ClientRequestToken ", version_id, " because that value is already in use for a version of secret ",
            secret.secret_arn, ".")
    };
  }
  SecretVersionRow row{.secret_arn = secret.secret_arn, .version_id = version_id};
  row.created_at = tx.now();
  row.binary = value.binary;
  row.sealed_value = seal(key, tx.ids(), seal_context(row), value.bytes);
  row.sequence = next_sequence(tx, secret);
  tx.put(std::move(row));
  for (const auto& stage : stages) move_stage(tx, secret, version_id, stage);
  bool has_current = version_at_stage(tx, secret.secret_arn, stage_current) != nullptr;
  if (stages.empty() || !has_current) move_stage(tx, secret, version_id, std::string(stage_current));
  drop_deprecated(tx, secret);
  return version_id;
}

}  // namespace roadstead::secretsmanager
