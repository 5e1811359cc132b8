// Tags of secrets in this service's own shape. State thread.
#pragma once

#include <string>
#include <vector>

#include "api/secretsmanager/shapes/tag.gen.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

/// Adds tags to a secret, in place of those with the same keys. Errors: InvalidParameterException (no Key, beyond 50).
Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& tags);

/// The tags of a secret, by key.
std::vector<Tag> tags_of(const Reader& rows, const std::string& arn);

}  // namespace roadstead::secretsmanager
