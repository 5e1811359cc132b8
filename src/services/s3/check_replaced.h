// What a request that writes an object wants of the one that it replaces. Pure; state thread.
// Source: reference/neighbour-apis.md §7.16.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::s3 {

/// Texts as in the headers If-Match and If-None-Match.
struct ReplacedConditions {
  const std::optional<std::string>& if_match;
  const std::optional<std::string>& if_none_match;
};

/// Errors: PreconditionFailed; NoSuchKey for If-Match without an object; NoSuchBucket; NotImplemented for If-None-Match with
/// anything but *.
Status check_replaced(const Reader& rows, const std::string& bucket, const std::string& key, const ReplacedConditions& wanted);

}  // namespace roadstead::s3
