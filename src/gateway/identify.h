// Which service, operation and protocol a request is for. Reads the request line, headers and the start of a form;
// decides nothing about its truth. Pure; any thread. Source: reference/neighbour-apis.md §1.2.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/model/service_model.h"
#include "aws/sign/sigv4.h"
#include "services/registry.h"

namespace roadstead {

/// Where a request goes. `service` is null when none of ours is meant; `protocol` then still says how to word the
/// refusal.
struct Identified {
  const ServiceRegistration* service = nullptr;
  Protocol protocol = Protocol::aws_json_1_1;
  /// As the client wrote it; perhaps unknown.
  std::string operation;
  /// What to call the service in a refusal and in the log: a signing name, a target prefix or a version.
  std::string service_name;
};

/// `claimed_service` is the service of the credential scope, empty when the request has none.
Identified identify(
    const RequestView& request, std::string_view claimed_service, std::span<const ServiceRegistration> services
);

/// How a protocol words refusals of signatures.
ErrorDialect dialect_of(Protocol protocol);

/// The value of a member of "a=1&b=2", decoded; empty when it is not there or cannot be decoded.
std::string form_value(std::string_view form, std::string_view name);

}  // namespace roadstead
