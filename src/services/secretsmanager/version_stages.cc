#include "base/text/text.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/secret_versions.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

Error invalid(std::string message) { return {"InvalidParameterException", std::move(message)}; }

/// `holder` is the version that has the stage now, or null.
Status check_removal(const UpdateSecretVersionStageRequest& in, const SecretVersionRow* holder) {
  if (in.remove_from_version_id) {
    if (holder != nullptr && holder->version_id == *in.remove_from_version_id) return Done{};
    return invalid(cat("The staging label ", in.version_stage, " is not at version ", *in.remove_from_version_id, "."));
  }
  if (holder == nullptr || holder->version_id == in.move_to_version_id) return Done{};
  return invalid(cat(
      "The parameter RemoveFromVersionId can't be empty. Staging label ", in.version_stage,
      " is currently attached to version ", holder->version_id,
      ", so you must explicitly reference that version in RemoveFromVersionId."
  ));
}

}  // namespace

Result<UpdateSecretVersionStageResponse> update_secret_version_stage(
    Tx& tx, const Caller&, const UpdateSecretVersionStageRequest& in
) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  UpdateSecretVersionStageResponse out{.arn = secret->secret_arn, .name = secret->secret_name};
  if (!in.remove_from_version_id && !in.move_to_version_id) {
    return invalid("Give MoveToVersionId, RemoveFromVersionId or both.");
  }
  auto holder = version_at_stage(tx, secret->secret_arn, in.version_stage);
  TRY(check_removal(in, holder.get()));
  if (!in.move_to_version_id) {
    if (in.version_stage == stage_current) {
      return invalid("You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.");
    }
    drop_stage(tx, *secret, in.version_stage);
  } else {
    if (find_version(tx, *secret, *in.move_to_version_id) == nullptr) {
      return Error{
          "ResourceNotFoundException",
          cat("Secrets Manager can't find the specified secret value for VersionId: ", *in.move_to_version_id)
      };
    }
    move_stage(tx, *secret, *in.move_to_version_id, in.version_stage);
  }
  tx.update<SecretRow>(secret->secret_name, [&](SecretRow& row) { row.last_changed_at = tx.now(); });
  return out;
}

}  // namespace roadstead::secretsmanager
