#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/tags/resource_tags.h"
#include "services/servicediscovery/operations.h"
#include "services/servicediscovery/rows_of.h"
#include "services/servicediscovery/tag_rules.h"

namespace roadstead::servicediscovery {

namespace {

/// Errors: ResourceNotFoundException when the ARN is neither a namespace's nor a service's.
Status check_resource(const Reader& rows, const std::string& arn) {
  if (looks_like_arn(arn) && (find_namespace(rows, arn) || find_discovery_service(rows, arn))) return Done{};
  return Error{"ResourceNotFoundException", cat("There is no namespace or service with the ARN ", arn, '.')};
}

}  // namespace

Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& added) {
  auto tags = read_resource_tags(tx, arn);
  for (const auto& tag : added) tags[tag.key] = tag.value;
  if (tags.size() > most_resource_tags) {
    return Error{.code = "TooManyTagsException", .message = "A resource can have no more than 50 tags.", .resource_ids = arn};
  }
  write_resource_tags(tx, arn, tags);
  return Done{};
}

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  TRY(add_tags(tx, in.resource_arn, in.tags));
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
  ListTagsForResourceResponse out;
  out.tags.emplace();
  for (const auto& [key, value] : read_resource_tags(tx, in.resource_arn)) out.tags->push_back({.key = key, .value = value});
  return out;
}

}  // namespace roadstead::servicediscovery
