#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

Result<DescribeSecretResponse> describe_secret(Tx& tx, const Caller&, const DescribeSecretRequest& in) {
  auto secret = find_secret(tx, in.secret_id);
  if (secret == nullptr) return living_secret(tx, in.secret_id).error();
  DescribeSecretResponse out{.arn = secret->secret_arn, .name = secret->secret_name};
  out.description = secret->description;
  out.kms_key_id = secret->kms_key_id;
  out.created_date = secret->created_at;
  out.last_changed_date = secret->last_changed_at;
  out.last_accessed_date = secret->last_accessed_at;
  out.deleted_date = secret->purge_at;
  auto tags = tags_of(tx, secret->secret_arn);
  if (!tags.empty()) out.tags = std::move(tags);
  tx.for_each(SecretVersionRowIndex::by_secret, secret->secret_arn, [&](const SecretVersionRow& version) {
    if (version.stages.empty()) return;
    if (!out.version_ids_to_stages) out.version_ids_to_stages.emplace();
    (*out.version_ids_to_stages)[version.version_id] = version.stages;
  });
  return out;
}

}  // namespace roadstead::secretsmanager
