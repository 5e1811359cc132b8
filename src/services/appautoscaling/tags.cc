#include "services/appautoscaling/tags.h"

#include "base/text/text.h"
#include "decide/tags/resource_tags.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::appautoscaling {

namespace {

Status check_resource(const Reader& rows, const std::string& arn) {
  bool known = false;
  rows.for_each<ScalableTargetRow>([&](const ScalableTargetRow& row) {
    known = row.scalable_target_arn == arn;
    return !known;
  });
  if (known) return Done{};
  return Error{"ResourceNotFoundException", cat("The specified resource doesn't exist: ", arn)};
}

}  // namespace

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = read_resource_tags(tx, in.resource_arn);
  for (const auto& [key, value] : in.tags) tags[key] = value;
  if (tags.size() > most_resource_tags) return Error{"TooManyTagsException", "A resource can have no more than 50 tags."};
  write_resource_tags(tx, in.resource_arn, tags);
  return TagResourceResponse{};
}

Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller&, const UntagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = read_resource_tags(tx, in.resource_arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  write_resource_tags(tx, in.resource_arn, tags);
  return UntagResourceResponse{};
}

Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller&, const ListTagsForResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  return ListTagsForResourceResponse{.tags = read_resource_tags(tx, in.resource_arn)};
}

}  // namespace roadstead::appautoscaling
