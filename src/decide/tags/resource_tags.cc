#include "decide/tags/resource_tags.h"

#include "rows/rows.gen.h"

namespace roadstead {

TagMap read_resource_tags(const Reader& rows, const std::string& arn) {
  TagMap tags;
  auto row = rows.find<ResourceTagsRow>(arn);
  if (row == nullptr) return tags;
  for (const auto& tag : row->tags) tags[tag.key.value_or("")] = tag.value.value_or("");
  return tags;
}

void write_resource_tags(Tx& tx, const std::string& arn, const TagMap& tags) {
  if (tags.empty()) {
    tx.erase<ResourceTagsRow>(arn);
    return;
  }
  ResourceTagsRow row{.resource_arn = arn};
  for (const auto& [key, value] : tags) row.tags.push_back({.key = key, .value = value});
  tx.put(std::move(row));
}

}  // namespace roadstead
