// The operations of STS that Roadstead answers. State thread, in a transaction.
#pragma once

#include "api/sts_types.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"

namespace roadstead {
class Tx;
}

namespace roadstead::sts {

/// Gives temporary credentials for a role of this account: any role name will do, since there are no role policies.
/// Errors: AccessDenied (a role of another account), ValidationError (not the ARN of a role).
Result<AssumeRoleResponse> assume_role(Tx& tx, const Caller& caller, const AssumeRoleRequest& in);

/// Tells the caller's account, ARN and unique id. Needs no permission.
Result<GetCallerIdentityResponse> get_caller_identity(Tx& tx, const Caller& caller, const GetCallerIdentityRequest& in);

/// Gives temporary credentials for the caller itself. Those of the root live at most an hour.
/// Errors: AccessDenied when asked with temporary credentials.
Result<GetSessionTokenResponse> get_session_token(Tx& tx, const Caller& caller, const GetSessionTokenRequest& in);

}  // namespace roadstead::sts
