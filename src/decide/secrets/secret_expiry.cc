#include "decide/secrets/secret_expiry.h"

namespace roadstead {

void purge_secret(Tx& tx, const SecretRow& secret) {
  // A copy: the row goes while it is being read from.
  auto arn = secret.secret_arn;
  auto name = secret.secret_name;
  for (const auto& version : tx.list(SecretVersionRowIndex::by_secret, arn)) {
    tx.erase<SecretVersionRow>(RowTraits<SecretVersionRow>::key(*version));
  }
  tx.erase<ResourceTagsRow>(arn);
  tx.erase<SecretRow>(name);
}

Result<std::optional<Instant>> reconcile_secret(Tx& tx, const std::string& secret_name) {
  auto secret = tx.find<SecretRow>(secret_name);
  if (secret == nullptr || !secret->purge_at) return std::optional<Instant>();
  if (tx.now() < *secret->purge_at) return secret->purge_at;
  purge_secret(tx, *secret);
  return std::optional<Instant>();
}

}  // namespace roadstead
