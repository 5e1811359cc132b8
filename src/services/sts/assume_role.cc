#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/sts/operations.h"
#include "services/sts/temporary_credentials.h"
#include "store/tx/tx.h"

namespace roadstead::sts {

Result<AssumeRoleResponse> assume_role(Tx& tx, const Caller& caller, const AssumeRoleRequest& in) {
  auto role = parse_arn(in.role_arn);
  if (!role || role->service != "iam" || role->resource_type() != "role" || role->resource_path().empty()) {
    return Error{"ValidationError", cat(in.role_arn, " is invalid")};
  }
  if (role->account != caller.account_id) {
    return Error{
        "AccessDenied",
        cat("User: ", caller.principal_arn, " is not authorized to perform: sts:AssumeRole on resource: ", in.role_arn)
    };
  }
  auto path = role->resource_path();
  auto name = path.substr(path.rfind('/') + 1);
  auto session =
      cat("arn:", role->partition, ":sts::", role->account, ":assumed-role/", name, '/', in.role_session_name);
  AssumedRoleUser user;
  user.arn = session;
  user.assumed_role_id = user_id_of(session, role->account);
  AssumeRoleResponse out;
  out.credentials =
      issue_credentials(tx, role->account, session, std::chrono::seconds(in.duration_seconds.value_or(3600)));
  out.assumed_role_user = std::move(user);
  out.source_identity = in.source_identity;
  return out;
}

}  // namespace roadstead::sts
