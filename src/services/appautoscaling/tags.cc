#include "services/appautoscaling/tags.h"

#include <map>

#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::appautoscaling {

namespace {

constexpr std::size_t most_tags = 50;

using Tags = std::map<std::string, std::string>;

Status check_resource(const Reader& rows, const std::string& arn) {
  bool known = false;
  rows.for_each<ScalableTargetRow>([&](const ScalableTargetRow& row) {
    known = row.scalable_target_arn == arn;
    return !known;
  });
  if (known) return Done{};
  return Error{"ResourceNotFoundException", cat("The specified resource doesn't exist: ", arn)};
}

Tags tags_of(const Reader& rows, const std::string& arn) {
  Tags tags;
  auto row = rows.find<ResourceTagsRow>(arn);
  if (!row) return tags;
  for (const auto& tag : row->tags) tags[tag.key.value_or("")] = tag.value.value_or("");
  return tags;
}

void put_tags(Tx& tx, const std::string& arn, const Tags& tags) {
  if (tags.empty()) {
    tx.erase<ResourceTagsRow>(arn);
    return;
  }
  ResourceTagsRow row{.resource_arn = arn};
  for (const auto& [key, value] : tags) row.tags.push_back({.key = key, .value = value});
  tx.put(std::move(row));
}

}  // namespace

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = tags_of(tx, in.resource_arn);
  for (const auto& [key, value] : in.tags) tags[key] = value;
  if (tags.size() > most_tags) return Error{"TooManyTagsException", "A resource can have no more than 50 tags."};
  put_tags(tx, in.resource_arn, tags);
  return TagResourceResponse{};
}

Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller&, const UntagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = tags_of(tx, in.resource_arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  put_tags(tx, in.resource_arn, tags);
  return UntagResourceResponse{};
}

Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller&, const ListTagsForResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  return ListTagsForResourceResponse{.tags = tags_of(tx, in.resource_arn)};
}

}  // namespace roadstead::appautoscaling
