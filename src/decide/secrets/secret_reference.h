// What `valueFrom` of a container's secret means, and its value: a secret, a key of a secret's JSON, or a parameter.
//
//   arn:…:secretsmanager:…:secret:NAME-xxxxxx[:json-key:version-stage:version-id]      any of the three may be empty
//   arn:…:ssm:…:parameter/NAME   or   NAME                                            a parameter
//
// Pure; state thread. Errors carry the words that AWS's agents put behind "unable to pull secrets or registry auth: ".
// Source: reference/ecs-core.md §2.2, §3.2, §3.7.
#pragma once

#include <string>
#include <string_view>

#include "base/data/seal.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead {

/// A reference taken apart.
struct SecretReferenceParts {
  bool is_parameter = false;
  /// The secret's ARN, or the parameter's ARN or name.
  std::string id;
  /// Only of a secret; empty: the whole value, AWSCURRENT, any version.
  std::string json_key = {};
  std::string version_stage = {};
  std::string version_id = {};
};

/// Errors: ResourceInitializationError, for the ARN of something else or with a wrong number of parts.
Result<SecretReferenceParts> parse_secret_reference(std::string_view value_from);

/// The value that a container gets. Notes the use of a secret. The installation's region and account come from the rows.
/// Errors: ResourceInitializationError "execution resource retrieval failed: …", which hold nothing of any value.
Result<std::string> resolve_secret_reference(Tx& tx, const SealingKey& key, std::string_view value_from);

}  // namespace roadstead
