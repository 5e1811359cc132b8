// Calls AWS operations of a server, as the AWS CLI does: JSON 1.1, signed. For our own command line; one thread,
// blocking.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/sign/sigv4.h"
#include "net/http_client.h"

namespace roadstead {

/// A service as a client names it: the signing name and the prefix of X-Amz-Target.
struct ApiTarget {
  std::string_view signing_name;
  std::string_view target_prefix;
};

constexpr ApiTarget ecs_target{"ecs", "AmazonEC2ContainerServiceV20141113"};
constexpr ApiTarget logs_target{"logs", "Logs_20140328"};

class ApiClient {
 public:
  ApiClient(
      HttpEndpoint endpoint,
      SigningCredentials credentials,
      std::string region,
      const Clock& clock,
      HttpClientOptions options = {}
  );

  /// Calls `operation` with a JSON document and gives the JSON answer.
  /// Errors: the service's own code and message; those of HttpClient::send.
  Result<std::string> call(const ApiTarget& target, std::string_view operation, std::string_view json);

 private:
  HttpClient http_;
  SigningCredentials credentials_;
  std::string region_;
  const Clock& clock_;
  SigningKeyCache signing_keys_;
};

}  // namespace roadstead
