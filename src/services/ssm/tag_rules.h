// Tags of parameters in this service's own shape. State thread.
#pragma once

#include <string>
#include <vector>

#include "api/ssm/shapes/tag.gen.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

/// Adds tags to a parameter, in place of those with the same keys. Errors: TooManyTagsError, beyond 50.
Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& tags);

}  // namespace roadstead::ssm
