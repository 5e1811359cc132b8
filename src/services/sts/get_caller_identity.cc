#include "services/sts/operations.h"
#include "services/sts/temporary_credentials.h"

namespace roadstead::sts {

Result<GetCallerIdentityResponse> get_caller_identity(Tx&, const Caller& caller, const GetCallerIdentityRequest&) {
  GetCallerIdentityResponse out;
  out.user_id = user_id_of(caller.principal_arn, caller.account_id);
  out.account = caller.account_id;
  out.arn = caller.principal_arn;
  return out;
}

}  // namespace roadstead::sts
