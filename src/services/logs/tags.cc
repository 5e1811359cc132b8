#include "services/logs/tags.h"

#include <algorithm>

#include "logstore/log_store.h"
#include "rows/rows.gen.h"
#include "services/logs/names.h"
#include "store/tx/tx.h"

namespace roadstead::logs {

namespace {

constexpr std::size_t most_tags = 50;

/// The ARN under which the tags of a group are kept.
Result<std::string> arn_of_group(const Tx& tx, const std::string& group) {
  auto row = tx.find<LogGroupRow>(group);
  if (row == nullptr) return log_group_missing();
  return plain_arn(row->log_group_arn);
}

/// The same for the group that an ARN names, with or without ":*".
Result<std::string> arn_of_resource(const Tx& tx, const std::string& arn) {
  auto group = TRY(group_of_arn(arn));
  return arn_of_group(tx, group);
}

std::map<std::string, std::string> tags_of(const Tx& tx, const std::string& arn) {
  std::map<std::string, std::string> tags;
  auto row = tx.find<ResourceTagsRow>(arn);
  if (row == nullptr) return tags;
  for (const auto& tag : row->tags) tags[tag.key.value_or("")] = tag.value.value_or("");
  return tags;
}

void put_tags(Tx& tx, const std::string& arn, const std::map<std::string, std::string>& tags) {
  if (tags.empty()) {
    tx.erase<ResourceTagsRow>(arn);
    return;
  }
  ResourceTagsRow row{.resource_arn = arn};
  for (const auto& [key, value] : tags) row.tags.push_back({.key = key, .value = value});
  tx.put(std::move(row));
}

Status remove_tags(Tx& tx, const std::string& arn, const std::vector<std::string>& keys) {
  auto tags = tags_of(tx, arn);
  for (const auto& key : keys) tags.erase(key);
  put_tags(tx, arn, tags);
  return Done{};
}

}  // namespace

Status add_tags(Tx& tx, const std::string& arn, const std::map<std::string, std::string>& added) {
  auto tags = tags_of(tx, arn);
  for (const auto& [key, value] : added) tags[key] = value;
  if (tags.size() > most_tags) return Error{"TooManyTagsException", "A resource can have no more than 50 tags."};
  put_tags(tx, arn, tags);
  return Done{};
}

Result<Done> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  return add_tags(tx, TRY(arn_of_resource(tx, in.resource_arn)), in.tags);
}

Result<Done> untag_resource(Tx& tx, const Caller&, const UntagResourceRequest& in) {
  return remove_tags(tx, TRY(arn_of_resource(tx, in.resource_arn)), in.tag_keys);
}

Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller&, const ListTagsForResourceRequest& in) {
  return ListTagsForResourceResponse{.tags = tags_of(tx, TRY(arn_of_resource(tx, in.resource_arn)))};
}

Result<Done> tag_log_group(Tx& tx, const Caller&, const TagLogGroupRequest& in) {
  return add_tags(tx, TRY(arn_of_group(tx, in.log_group_name)), in.tags);
}

Result<Done> untag_log_group(Tx& tx, const Caller&, const UntagLogGroupRequest& in) {
  return remove_tags(tx, TRY(arn_of_group(tx, in.log_group_name)), in.tags);
}

Result<ListTagsLogGroupResponse> list_tags_log_group(Tx& tx, const Caller&, const ListTagsLogGroupRequest& in) {
  return ListTagsLogGroupResponse{.tags = tags_of(tx, TRY(arn_of_group(tx, in.log_group_name)))};
}

}  // namespace roadstead::logs
