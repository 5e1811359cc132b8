// Tags of namespaces and services in this service's own shape. State thread.
#pragma once

#include <string>
#include <vector>

#include "api/servicediscovery/shapes/tag.gen.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::servicediscovery {

/// Adds tags to a resource, in place of those with the same keys. Errors: TooManyTagsException, beyond 50.
Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& tags);

}  // namespace roadstead::servicediscovery
