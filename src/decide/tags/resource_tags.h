// The tags of one resource as a map, for services whose tags are lists of Key and Value. State thread.
#pragma once

#include <map>
#include <string>

#include "store/tx/tx.h"

namespace roadstead {

/// AWS's bound for most resources.
inline constexpr std::size_t most_resource_tags = 50;

using TagMap = std::map<std::string, std::string>;

/// The tags of `arn`; empty when it has none.
TagMap read_resource_tags(const Reader& rows, const std::string& arn);

/// Makes `tags` all the tags that `arn` has.
void write_resource_tags(Tx& tx, const std::string& arn, const TagMap& tags);

}  // namespace roadstead
