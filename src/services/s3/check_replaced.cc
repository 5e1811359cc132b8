#include "services/s3/check_replaced.h"

#include "objectstore/object_store.h"
#include "rows/rows.gen.h"
#include "services/s3/object_rules.h"

namespace roadstead::s3 {

Status check_replaced(const Reader& rows, const std::string& bucket, const std::string& key, const ReplacedConditions& wanted) {
  if (wanted.if_none_match && *wanted.if_none_match != "*") return not_implemented("If-None-Match with anything but *");
  if (!wanted.if_match && !wanted.if_none_match) return Done{};
  auto before = find_object(rows, bucket, key);
  if (!before && before.error().code == "NoSuchBucket") return std::move(before).error();
  bool refused = wanted.if_none_match ? before.has_value() : before && !matches_etag(*wanted.if_match, (*before)->etag);
  if (refused) return refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  return wanted.if_match && !before ? Status(std::move(before).error()) : Status(Done{});
}

}  // namespace roadstead::s3
