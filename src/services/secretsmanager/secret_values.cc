#include <algorithm>

#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/secret_filters.h"
#include "services/secretsmanager/secret_versions.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

constexpr std::size_t batch_page = 20;

Status check_stages(const std::vector<std::string>& stages) {
  auto sorted = stages;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) == sorted.end()) return Done{};
  return Error{"InvalidParameterException", "A staging label can be listed in VersionStages once only."};
}

/// Reads the value that `in` asks for. Errors: those of GetSecretValue.
Result<GetSecretValueResponse> read_value(const SealingKey& key, Tx& tx, const GetSecretValueRequest& in) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  auto version = TRY(find_secret_version(tx, *secret, {in.version_id, in.version_stage}));
  auto plain = TRY(unseal(key, seal_context(*version), version->sealed_value));
  GetSecretValueResponse out{.arn = secret->secret_arn, .name = secret->secret_name, .version_id = version->version_id};
  out.created_date = version->created_at;
  if (!version->stages.empty()) out.version_stages = version->stages;
  (version->binary ? out.secret_binary : out.secret_string) = std::move(plain);
  touch_secret(tx, *secret, *version);
  return out;
}

SecretValueEntry entry_of(GetSecretValueResponse value) {
  SecretValueEntry entry;
  entry.arn = std::move(value.arn);
  entry.name = std::move(value.name);
  entry.version_id = std::move(value.version_id);
  entry.secret_binary = std::move(value.secret_binary);
  entry.secret_string = std::move(value.secret_string);
  entry.version_stages = std::move(value.version_stages);
  entry.created_date = value.created_date;
  return entry;
}

/// The ids that a batch is about: those listed, or a page of those that the filters let through.
Result<std::vector<std::string>> ids_of_batch(
    const Tx& tx, const BatchGetSecretValueRequest& in, std::optional<std::string>& next_token
) {
  if (in.secret_id_list) return *in.secret_id_list;
  std::vector<std::string> names;
  tx.for_each<SecretRow>([&](const SecretRow& row) {
    if (!row.deleted_at && passes(tx, row, *in.filters)) names.push_back(row.secret_name);
  });
  PageRequest wanted{.filters = text_of(*in.filters), .token = in.next_token};
  wanted.size = in.max_results ? static_cast<std::size_t>(*in.max_results) : batch_page;
  auto page = page_of(std::move(names), [](const std::string& name) { return name; }, wanted);
  if (!page) return invalid_token();
  next_token = page->next_token;
  return page->items;
}

}  // namespace

Result<PutSecretValueResponse> put_secret_value(
    const SealingKey& key, Tx& tx, const Caller&, const PutSecretValueRequest& in
) {
  auto value = TRY(value_of(in.secret_string, in.secret_binary));
  if (!value) return Error{"InvalidRequestException", "You must provide either SecretString or SecretBinary."};
  auto stages = in.version_stages.value_or(std::vector<std::string>());
  TRY(check_stages(stages));
  auto secret = TRY(living_secret(tx, in.secret_id));
  PutSecretValueResponse out{.arn = secret->secret_arn, .name = secret->secret_name};
  out.version_id = TRY(add_version(key, tx, *secret, *value, in.client_request_token, stages));
  tx.update<SecretRow>(secret->secret_name, [&](SecretRow& row) { row.last_changed_at = tx.now(); });
  auto version = find_version(tx, *secret, *out.version_id);
  CHECK(version != nullptr, "a version with a stage is not dropped");
  out.version_stages = version->stages;
  return out;
}

Result<GetSecretValueResponse> get_secret_value(
    const SealingKey& key, Tx& tx, const Caller&, const GetSecretValueRequest& in
) {
  return read_value(key, tx, in);
}

Result<BatchGetSecretValueResponse> batch_get_secret_value(
    const SealingKey& key, Tx& tx, const Caller&, const BatchGetSecretValueRequest& in
) {
  if (in.secret_id_list.has_value() == in.filters.has_value()) {
    return Error{"InvalidParameterException", "Exactly one of SecretIdList and Filters must be given."};
  }
  BatchGetSecretValueResponse out;
  out.secret_values.emplace();
  out.errors.emplace();
  auto ids = TRY(ids_of_batch(tx, in, out.next_token));
  for (const auto& id : ids) {
    auto value = read_value(key, tx, {.secret_id = id});
    if (value) {
      out.secret_values->push_back(entry_of(std::move(value).value()));
    } else {
      out.errors->push_back({.secret_id = id, .error_code = value.error().code, .message = value.error().message});
    }
  }
  return out;
}

}  // namespace roadstead::secretsmanager
