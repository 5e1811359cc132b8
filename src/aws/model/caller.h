// Who sent a request: what the gateway knows after it checked the signature. A plain value, any thread.
#pragma once

#include <string>

namespace roadstead {

/// The sender of one request. `principal_arn` is a user, a role session or the root of the account.
struct Caller {
  std::string account_id;
  std::string region;
  std::string principal_arn;
  std::string access_key_id;
  std::string partition = "aws";
  std::string request_id;
  std::string source_ip;
  /// "http://127.0.0.1:4848": where the sender reached us, for URLs in answers. Empty when nobody said.
  std::string endpoint = {};
};

}  // namespace roadstead
