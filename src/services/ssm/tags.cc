#include "base/text/text.h"
#include "decide/secrets/parameter_lookup.h"
#include "decide/tags/resource_tags.h"
#include "services/ssm/operations.h"
#include "services/ssm/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

/// The ARN of the parameter that a tagging request is about.
Result<std::string> arn_of(const Tx& tx, const Caller& who, ResourceTypeForTagging type, const std::string& id) {
  if (type != ResourceTypeForTagging::parameter) {
    return Error{"InvalidResourceType", "The only resources here are parameters. Use the resource type Parameter."};
  }
  auto newest = find_parameter(tx, parse_parameter_name(id, who.region, who.account_id));
  if (!newest) return Error{"InvalidResourceId", cat("There is no parameter ", id, '.')};
  return tx.find<ParameterRow>((*newest)->parameter_name)->parameter_arn;
}

}  // namespace

Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& added) {
  auto tags = read_resource_tags(tx, arn);
  for (const auto& tag : added) tags[tag.key] = tag.value;
  if (tags.size() > most_resource_tags) return Error{"TooManyTagsError", "A parameter can have no more than 50 tags."};
  write_resource_tags(tx, arn, tags);
  return Done{};
}

Result<AddTagsToResourceResult> add_tags_to_resource(Tx& tx, const Caller& who, const AddTagsToResourceRequest& in) {
  auto arn = TRY(arn_of(tx, who, in.resource_type, in.resource_id));
  TRY(add_tags(tx, arn, in.tags));
  return AddTagsToResourceResult{};
}

Result<RemoveTagsFromResourceResult> remove_tags_from_resource(
    Tx& tx, const Caller& who, const RemoveTagsFromResourceRequest& in
) {
  auto arn = TRY(arn_of(tx, who, in.resource_type, in.resource_id));
  auto tags = read_resource_tags(tx, arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  write_resource_tags(tx, arn, tags);
  return RemoveTagsFromResourceResult{};
}

Result<ListTagsForResourceResult> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in) {
  auto arn = TRY(arn_of(tx, who, in.resource_type, in.resource_id));
  ListTagsForResourceResult out;
  out.tag_list.emplace();
  for (const auto& [key, value] : read_resource_tags(tx, arn)) out.tag_list->push_back({.key = key, .value = value});
  return out;
}

}  // namespace roadstead::ssm
