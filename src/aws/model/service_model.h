// A service as its model describes it: protocol, version, operations, errors, and how it words its refusals.
// Generated, constant, any thread. Which operations are implemented is not here but in the service's Handlers.
#pragma once

#include <span>
#include <string_view>

#include "aws/model/operation.h"

namespace roadstead {

/// The wire protocols of AWS, by Smithy's names.
enum class Protocol : int { aws_json_1_0, aws_json_1_1, aws_query, ec2_query, rest_json_1, rest_xml, rpc_v2_cbor };

/// How a service words a refusal that needs no thought: `plain` is what most services of AWS say ("1 validation error
/// detected: Value null at 'logGroupName' failed …"), `ecs` is what ECS says ("launch type should be one of [EC2,…]").
enum class Wording : int { plain, ecs };

/// The error codes for requests that break their own model.
struct Refusals {
  std::string_view invalid = "ValidationException";       // a required member is missing, a value is out of bounds
  std::string_view malformed = "SerializationException";  // not the protocol's syntax, or of the wrong type
  Wording wording = Wording::plain;
};

/// One service of AWS.
struct ServiceModel {
  std::string_view name;           // the C++ namespace and the folder: "ecs"
  std::string_view shape_name;     // the service's own shape: "ECSService"
  std::string_view signing_name;   // in the credential scope of SigV4
  std::string_view endpoint;       // the first part of AWS's host name
  std::string_view version;        // "2014-11-13"
  std::string_view target_prefix;  // of X-Amz-Target: "AmazonEC2ContainerServiceV20141113"
  std::string_view xml_namespace;
  Protocol protocol;
  Refusals refusals;
  std::span<const Operation> operations;  // by name
  std::span<const ErrorShape> errors;     // by name

  /// The operation called `wanted`, or null.
  const Operation* find(std::string_view wanted) const;

  /// The error shape that goes by `code` or by that shape name, or null.
  const ErrorShape* find_error(std::string_view code) const;
};

}  // namespace roadstead
