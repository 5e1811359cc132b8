// Objects of S3 as task definitions name them: "arn:aws:s3:::bucket/key/of/object". Pure; any thread.
// Source: reference/ecs-core.md §2.2.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

struct ObjectArn {
  std::string bucket;
  std::string key;
};

/// Errors: InvalidArn, whose message says what such an ARN looks like.
Result<ObjectArn> parse_object_arn(std::string_view text);

}  // namespace roadstead
