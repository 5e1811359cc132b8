// Temporary credentials as rows: made here, forgotten here when they are long past. State thread, in a transaction.
#pragma once

#include <string>
#include <string_view>

#include "api/sts/shapes/credentials.gen.h"
#include "base/time/time.h"

namespace roadstead {
class Tx;
}

namespace roadstead::sts {

/// Stores a new "ASIA…" key for `principal` that ends after `life`, and gives it as clients get it.
Credentials issue_credentials(Tx& tx, const std::string& account, const std::string& principal, Duration life);

/// The unique id behind a principal's ARN: the account for its root, "AIDA…" for a user, "AROA…:session" for a session.
/// There are no user and role rows, so the letters come from a hash of the name: always the same for the same name.
std::string user_id_of(std::string_view principal_arn, std::string_view account);

}  // namespace roadstead::sts
