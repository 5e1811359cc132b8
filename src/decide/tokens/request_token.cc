#include "decide/tokens/request_token.h"

#include <chrono>

namespace roadstead {

namespace {

constexpr auto kept = std::chrono::hours(24);

}  // namespace

std::shared_ptr<const IdempotencyRow> find_token(const Reader& rows, const IdempotencyRow& asked, Instant now) {
  if (asked.token.empty()) return nullptr;
  auto row = rows.find<IdempotencyRow>(RowTraits<IdempotencyRow>::key(asked));
  return row && (!row->expires_at || now < *row->expires_at) ? row : nullptr;
}

void keep_token(Tx& tx, IdempotencyRow token, std::vector<std::string> made) {
  if (token.token.empty()) return;
  token.resource_arns = std::move(made);
  token.expires_at = tx.now() + kept;
  tx.put(std::move(token));
}

}  // namespace roadstead
