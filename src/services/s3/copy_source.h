// Where a copy comes from: the header x-amz-copy-source and what a request wants of the object that it names. Pure; any thread.
// Source: reference/neighbour-apis.md §7.16.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"
#include "services/s3/object_rules.h"

namespace roadstead {
struct ObjectRow;
}

namespace roadstead::s3 {

struct CopySourceParts {
  std::string bucket;
  std::string key;
};

/// "[/]bucket/key[?versionId=null]", percent-encoded. Errors: InvalidArgument.
Result<CopySourceParts> parse_copy_source(std::string_view text);

/// Bytes "bytes=first-last" of an object of `object_size` bytes. Errors: InvalidArgument for any other form and for bytes that are
/// not there.
Result<ByteRange> parse_copy_range(std::string_view text, std::int64_t object_size);

/// Errors: PreconditionFailed.
Status check_copied(const ObjectConditions& conditions, const ObjectRow& source);

template <class In>
ObjectConditions copy_conditions_of(const In& in) {
  return {in.copy_source_if_match, in.copy_source_if_none_match, in.copy_source_if_modified_since, in.copy_source_if_unmodified_since};
}

}  // namespace roadstead::s3
