#include "gateway/authorise.h"

namespace roadstead {

bool authorise(
    const Caller& caller, std::string_view action, std::string_view resource, std::string_view owner_account
) {
  // AWS: "No permissions are required to perform this operation", even an explicit deny does not help.
  if (action == "sts:GetCallerIdentity") return true;
  bool names_something = !action.empty() && !resource.empty();
  return names_something && !owner_account.empty() && caller.account_id == owner_account;
}

}  // namespace roadstead
