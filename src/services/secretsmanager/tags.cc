#include "decide/tags/resource_tags.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& added) {
  auto tags = read_resource_tags(tx, arn);
  for (const auto& tag : added) {
    if (!tag.key) return Error{"InvalidParameterException", "Each of Tags needs a Key."};
    tags[*tag.key] = tag.value.value_or("");
  }
  if (tags.size() > most_resource_tags) {
    return Error{"InvalidParameterException", "A secret can have no more than 50 tags."};
  }
  write_resource_tags(tx, arn, tags);
  return Done{};
}

std::vector<Tag> tags_of(const Reader& rows, const std::string& arn) {
  std::vector<Tag> out;
  for (const auto& [key, value] : read_resource_tags(rows, arn)) out.push_back({.key = key, .value = value});
  return out;
}

Result<Done> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  return add_tags(tx, secret->secret_arn, in.tags);
}

Result<Done> untag_resource(Tx& tx, const Caller&, const UntagResourceRequest& in) {
  auto secret = TRY(living_secret(tx, in.secret_id));
  auto tags = read_resource_tags(tx, secret->secret_arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  write_resource_tags(tx, secret->secret_arn, tags);
  return Done{};
}

}  // namespace roadstead::secretsmanager
