// What a client token stands for: a request that is repeated with its token is answered with what it made, and one that says
// something else with the same token is another request. Tokens are good for a day (decide/tasks/token_expiry takes them away).
// State thread. Source: reference/ecs-core.md §1.3.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/wire/json.h"
#include "base/data/hash.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// The row of a request with its token. `scope` is the ARN within which the token is meant.
template <class Request>
IdempotencyRow token_of(std::string_view operation, std::string_view scope, Request request) {
  IdempotencyRow row;
  row.operation = operation;
  row.scope = scope;
  row.token = request.client_token.value_or("");
  request.client_token.reset();
  row.request_hash = sha256_hex(to_json(request));
  return row;
}

/// What is known of a token that was used within the last day, with the same request or with another; null when nothing is.
std::shared_ptr<const IdempotencyRow> find_token(const Reader& rows, const IdempotencyRow& asked, Instant now);

/// Notes what a request made. Does nothing for one without a token.
void keep_token(Tx& tx, IdempotencyRow token, std::vector<std::string> made);

}  // namespace roadstead
