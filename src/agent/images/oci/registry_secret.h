// What a secret named by repositoryCredentials holds. Pure; any thread. Source: AWS's "Private registry authentication".
#pragma once

#include <string_view>

#include "agent/images/port.h"
#include "base/result/result.h"

namespace roadstead {

/// Reads {"username": "…", "password": "…"}. Errors: InvalidSecret, with a message that goes on from "the secret <ARN> " and
/// holds nothing of the value.
Result<RegistryCredentials> parse_registry_secret(std::string_view value);

}  // namespace roadstead
