#include <algorithm>

#include "services/sts/operations.h"
#include "services/sts/temporary_credentials.h"
#include "store/tx/tx.h"

namespace roadstead::sts {

namespace {

constexpr std::int32_t default_seconds = 43'200;
constexpr std::int32_t longest_of_root_seconds = 3'600;

}  // namespace

Result<GetSessionTokenResponse> get_session_token(Tx& tx, const Caller& caller, const GetSessionTokenRequest& in) {
  if (caller.access_key_id.starts_with("ASIA")) {
    return Error{"AccessDenied", "Cannot call GetSessionToken with session credentials"};
  }
  auto seconds = in.duration_seconds.value_or(default_seconds);
  if (caller.principal_arn.ends_with(":root")) seconds = std::min(seconds, longest_of_root_seconds);
  GetSessionTokenResponse out;
  out.credentials = issue_credentials(tx, caller.account_id, caller.principal_arn, std::chrono::seconds(seconds));
  return out;
}

}  // namespace roadstead::sts
