#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/secret_versions.h"
#include "services/secretsmanager/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

Status check_name(const std::string& name) {
  constexpr std::string_view further = "-/_+=.@!";
  bool fits = std::ranges::all_of(name, [&](char letter) {
    return is_letter_or_digit(letter) || further.find(letter) != std::string_view::npos;
  });
  if (fits) return Done{};
  return Error{
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
  };
}

Status refuse_unsupported(const CreateSecretRequest& in) {
  if (in.add_replica_regions || in.cross_account_primary_arn) {
    return Error{"InvalidParameterException", "Secrets are not replicated here. Leave AddReplicaRegions out."};
  }
  if (in.type) return Error{"InvalidParameterException", "There are no managed external secrets here. Leave Type out."};
  return Done{};
}

std::string new_suffix(Ids& ids) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string suffix;
  for (int i = 0; i < secret_suffix_size; ++i) suffix.push_back(alphabet[ids.bits() % alphabet.size()]);
  return suffix;
}

/// The answer where the name is taken: the one from before when this is the same request again.
Result<CreateSecretResponse> answer_again(
    const SealingKey& key, Tx& tx, const SecretRow& secret, const CreateSecretRequest& in,
    const std::optional<SecretValue>& value
) {
  if (secret.deleted_at) {
    return Error{
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion."
    };
  }
  if (!value || !in.client_request_token || find_version(tx, secret, *in.client_request_token) == nullptr) {
    return Error{"ResourceExistsException", cat("The operation failed because the secret ", in.name, " already exists.")};
  }
  auto version_id = TRY(add_version(key, tx, secret, *value, in.client_request_token, {}));
  return CreateSecretResponse{.arn = secret.secret_arn, .name = secret.secret_name, .version_id = version_id};
}

}  // namespace

Result<CreateSecretResponse> create_secret(const SealingKey& key, Tx& tx, const Caller& who, const CreateSecretRequest& in) {
  TRY(refuse_unsupported(in));
  TRY(check_name(in.name));
  auto value = TRY(value_of(in.secret_string, in.secret_binary));
  if (auto known = tx.find<SecretRow>(in.name)) return answer_again(key, tx, *known, in, value);
  Arn arn{.partition = who.partition, .service = "secretsmanager", .region = who.region, .account = who.account_id,
          .resource = cat("secret:", in.name, '-', new_suffix(tx.ids()))};
  SecretRow row{.secret_name = in.name, .secret_arn = to_string(arn)};
  row.description = in.description;
  row.kms_key_id = in.kms_key_id;
  row.created_at = tx.now();
  row.last_changed_at = tx.now();
  if (in.tags) TRY(add_tags(tx, row.secret_arn, *in.tags));
  tx.put(row);
  CreateSecretResponse out{.arn = row.secret_arn, .name = row.secret_name};
  if (value) out.version_id = TRY(add_version(key, tx, row, *value, in.client_request_token, {}));
  return out;
}

Result<UpdateSecretResponse> update_secret(const SealingKey& key, Tx& tx, const Caller&, const UpdateSecretRequest& in) {
  if (in.type) return Error{"InvalidParameterException", "There are no managed external secrets here. Leave Type out."};
  auto secret = TRY(living_secret(tx, in.secret_id));
  auto value = TRY(value_of(in.secret_string, in.secret_binary));
  UpdateSecretResponse out{.arn = secret->secret_arn, .name = secret->secret_name};
  tx.update<SecretRow>(secret->secret_name, [&](SecretRow& row) {
    if (in.description) row.description = in.description;
    if (in.kms_key_id) row.kms_key_id = in.kms_key_id;
    row.last_changed_at = tx.now();
  });
  if (value) out.version_id = TRY(add_version(key, tx, *secret, *value, in.client_request_token, {}));
  return out;
}

}  // namespace roadstead::secretsmanager
