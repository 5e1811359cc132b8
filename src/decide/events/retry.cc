#include "decide/events/retry.h"

#include <algorithm>
#include <chrono>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/dead_letter.h"

namespace roadstead {

namespace {

constexpr auto longest_pause = std::chrono::seconds(600);
constexpr int most_doublings = 10;

}  // namespace

std::optional<Instant> try_again_later(Tx& tx, const InvocationRow& invocation, const Error& why) {
  auto attempts = invocation.attempts + 1;
  auto pause = std::min(std::chrono::seconds(1 << std::min(invocation.attempts, most_doublings)), longest_pause);
  auto due = tx.now() + pause;
  bool given_up = attempts >= invocation.maximum_attempts || (invocation.expires_at && due > *invocation.expires_at);
  if (given_up || attempts == 1) {
    log_warning(given_up ? "invocation_given_up" : "invocation_failed",
                {{"source", invocation.source_arn}, {"target", invocation.target.arn}, {"attempts", cat(attempts)},
                 {"code", why.code}, {"why", why.message}});
  }
  if (given_up) {
    bool too_often = attempts >= invocation.maximum_attempts;
    send_dead_letter(tx, invocation, attempts, why, too_often ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds");
    tx.erase<InvocationRow>(invocation.invocation_id);
    return std::nullopt;
  }
  tx.update<InvocationRow>(invocation.invocation_id, [&](InvocationRow& row) {
    row.attempts = attempts;
    row.due_at = due;
    row.last_error = cat(why.code, ": ", why.message);
  });
  return due;
}

}  // namespace roadstead
