#include <boost/json.hpp>

#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

Result<PutResourcePolicyResponse> put_resource_policy(Tx& tx, const Caller&, const PutResourcePolicyRequest& in) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  boost::json::error_code problem;
  auto policy = boost::json::parse(in.resource_policy, problem);
  if (problem || !policy.is_object()) {
    return Error{"MalformedPolicyDocumentException", "This resource policy contains invalid Json"};
  }
  tx.update<SecretRow>(secret->secret_name, [&](SecretRow& row) { row.resource_policy = in.resource_policy; });
  return PutResourcePolicyResponse{.arn = secret->secret_arn, .name = secret->secret_name};
}

Result<GetResourcePolicyResponse> get_resource_policy(Tx& tx, const Caller&, const GetResourcePolicyRequest& in) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  GetResourcePolicyResponse out{.arn = secret->secret_arn, .name = secret->secret_name};
  out.resource_policy = secret->resource_policy;
  return out;
}

Result<DeleteResourcePolicyResponse> delete_resource_policy(
    Tx& tx, const Caller&, const DeleteResourcePolicyRequest& in
) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  tx.update<SecretRow>(secret->secret_name, [](SecretRow& row) { row.resource_policy.reset(); });
  return DeleteResourcePolicyResponse{.arn = secret->secret_arn, .name = secret->secret_name};
}

}  // namespace roadstead::secretsmanager
