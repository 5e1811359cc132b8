#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/tags/resource_tags.h"
#include "services/scheduler/names.h"
#include "services/scheduler/operations.h"

namespace roadstead::scheduler {

namespace {

/// Checks that a group of this ARN is there.
Status check_resource(const Reader& rows, const std::string& text) {
  auto arn = parse_arn(text);
  if (!arn || arn->service != "scheduler" || arn->resource_type() != "schedule-group") {
    return validation_error("Tags are for schedule groups. Use the ARN of one.");
  }
  TRY(find_group(rows, std::string(arn->resource_path())));
  return Done{};
}

}  // namespace

Result<TagResourceOutput> tag_resource(Tx& tx, const Caller&, const TagResourceInput& in) {
  TRY(check_resource(tx, in.resource_arn));
  TRY(add_tags(tx, in.resource_arn, in.tags));
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Tx& tx, const Caller&, const UntagResourceInput& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = read_resource_tags(tx, in.resource_arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  write_resource_tags(tx, in.resource_arn, tags);
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Tx& tx, const Caller&, const ListTagsForResourceInput& in) {
  TRY(check_resource(tx, in.resource_arn));
  ListTagsForResourceOutput out;
  out.tags.emplace();
  for (const auto& [key, value] : read_resource_tags(tx, in.resource_arn)) out.tags->push_back({.key = key, .value = value});
  return out;
}

}  // namespace roadstead::scheduler
