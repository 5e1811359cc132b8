#include "decide/tasks/token_expiry.h"

namespace roadstead {

Result<std::optional<Instant>> reconcile_token(Tx& tx, const std::string& key) {
  auto token = tx.find<IdempotencyRow>(key);
  if (token == nullptr || !token->expires_at) return std::optional<Instant>();
  if (tx.now() < *token->expires_at) return token->expires_at;
  tx.erase<IdempotencyRow>(key);
  return std::optional<Instant>();
}

}  // namespace roadstead
