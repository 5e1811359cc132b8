#include "base/text/text.h"
#include "decide/secrets/secret_expiry.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

constexpr std::int64_t shortest_window = 7;
constexpr std::int64_t longest_window = 30;

Status check_window(const DeleteSecretRequest& in) {
  if (!in.recovery_window_in_days) return Done{};
  if (in.force_delete_without_recovery.value_or(false)) {
    return Error{"InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."};
  }
  if (*in.recovery_window_in_days < shortest_window || *in.recovery_window_in_days > longest_window) {
    return Error{"InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."};
  }
  return Done{};
}

}  // namespace

Result<DeleteSecretResponse> delete_secret(Tx& tx, const Caller&, const DeleteSecretRequest& in) {
  TRY(check_window(in));
  bool at_once = in.force_delete_without_recovery.value_or(false);
  auto secret = find_secret(tx, in.secret_id);
  if (secret == nullptr) {
    // AWS: forcing the deletion of what is not there works.
    if (at_once) return DeleteSecretResponse{.name = in.secret_id, .deletion_date = tx.now()};
    return living_secret(tx, in.secret_id).error();
  }
  DeleteSecretResponse out{.arn = secret->secret_arn, .name = secret->secret_name, .deletion_date = tx.now()};
  if (at_once) {
    purge_secret(tx, *secret);
    return out;
  }
  if (secret->deleted_at) {
    return Error{"InvalidRequestException", "You tried to perform the operation on a secret that's currently marked deleted."};
  }
  auto days = std::chrono::days(in.recovery_window_in_days.value_or(longest_window));
  out.deletion_date = tx.now() + days;
  tx.update<SecretRow>(secret->secret_name, [&](SecretRow& row) {
    row.deleted_at = tx.now();
    row.purge_at = out.deletion_date;
  });
  return out;
}

Result<RestoreSecretResponse> restore_secret(Tx& tx, const Caller&, const RestoreSecretRequest& in) {
  auto secret = find_secret(tx, in.secret_id);
  if (secret == nullptr) return living_secret(tx, in.secret_id).error();
  tx.update<SecretRow>(secret->secret_name, [](SecretRow& row) {
    row.deleted_at.reset();
    row.purge_at.reset();
  });
  return RestoreSecretResponse{.arn = secret->secret_arn, .name = secret->secret_name};
}

}  // namespace roadstead::secretsmanager
