#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/tags/resource_tags.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

/// Checks that a rule or bus of this ARN is there.
Status check_resource(const Reader& rows, const std::string& text) {
  auto arn = parse_arn(text);
  bool rule = arn && arn->service == "events" && arn->resource_type() == "rule";
  bool bus = arn && arn->service == "events" && arn->resource_type() == "event-bus";
  if (!rule && !bus) return validation_error(cat("Parameter ", text, " is not valid. Reason: Provided Arn is not in correct format."));
  std::string path(arn->resource_path());
  if (bus) {
    TRY(find_bus(rows, path));
    return Done{};
  }
  auto slash = path.rfind('/');
  auto bus_name = slash == std::string::npos ? std::string("default") : path.substr(0, slash);
  TRY(find_rule(rows, bus_name, path.substr(slash == std::string::npos ? 0 : slash + 1)));
  return Done{};
}

}  // namespace

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

}  // namespace roadstead::events
