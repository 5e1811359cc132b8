#include "services/ecs/tags/tags.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/placement/instances.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

/// Whether an ARN names a container instance, capacity provider, task set or daemon task definition that is there.
bool has_other_resource(const Reader& rows, const Arn& arn, const std::string& text) {
  auto type = arn.resource_type();
  if (type == "capacity-provider") {
    auto row = rows.find<CapacityProviderRow>(text);
    return row && row->status == "ACTIVE";
  }
  if (type == "task-set") return rows.contains<TaskSetRow>(text);
  if (type == "daemon-task-definition") {
    auto row = rows.find<DaemonTaskDefinitionRow>(text);
    return row && row->definition.status != DaemonTaskDefinitionStatus::deleted;
  }
  if (type != "container-instance") return false;
  auto cluster = arn;
  auto path = arn.resource_path();
  cluster.resource = cat("cluster/", path.substr(0, path.find('/')));
  auto instance = find_instance(rows, to_string(cluster), text, Instant{});
  return instance && instance->row.status != "INACTIVE";
}

/// Refuses an ARN that names nothing, with the error of its kind.
Status check_resource(const Reader& rows, const std::string& text) {
  auto arn = parse_arn(text);
  if (!arn || arn->service != "ecs") return invalid_parameter("Invalid arn syntax.");
  auto type = arn->resource_type();
  if (type == "cluster") {
    auto row = rows.find<ClusterRow>(text);
    if (!row || row->status == "INACTIVE") return Error{"ClusterNotFoundException", "Cluster not found."};
  } else if (type == "service") {
    if (arn->resource_path().find('/') == std::string_view::npos) {
      return invalid_parameter("Long arn format must be used for tagging operations");
    }
    auto row = rows.find<ServiceRow>(text);
    if (!row || row->status == "INACTIVE") return Error{"ResourceNotFoundException", "The specified resource is not found."};
  } else if (type == "task") {
    if (!rows.contains<TaskRow>(text)) return invalid_parameter("The specified task does not exist.");
  } else if (type == "task-definition") {
    if (!rows.contains<TaskDefinitionRow>(text)) return invalid_parameter("The specified task definition does not exist.");
  } else if (!has_other_resource(rows, *arn, text)) {
    return Error{"ResourceNotFoundException", "The specified resource is not found."};
  }
  return Done{};
}

}  // namespace

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller&, const TagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  TRY(check_tags(in.tags));
  auto tags = tags_of(tx, in.resource_arn);
  for (const auto& tag : in.tags) {
    auto found = std::ranges::find_if(tags, [&](const Tag& other) { return other.key == tag.key; });
    if (found == tags.end()) {
      tags.push_back(tag);
    } else {
      *found = tag;
    }
  }
  auto given = std::ranges::count_if(tags, [](const Tag& tag) { return !tag.key.value_or("").starts_with("aws:"); });
  if (given > 50) return invalid_parameter("Too many tags: a resource has at most 50.");
  tx.put(ResourceTagsRow{.resource_arn = in.resource_arn, .tags = std::move(tags)});
  return TagResourceResponse{};
}

Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller&, const UntagResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  auto tags = tags_of(tx, in.resource_arn);
  std::erase_if(tags, [&](const Tag& tag) {
    return std::ranges::find(in.tag_keys, tag.key.value_or("")) != in.tag_keys.end();
  });
  tx.put(ResourceTagsRow{.resource_arn = in.resource_arn, .tags = std::move(tags)});
  return UntagResourceResponse{};
}

Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller&, const ListTagsForResourceRequest& in) {
  TRY(check_resource(tx, in.resource_arn));
  return ListTagsForResourceResponse{.tags = tags_of(tx, in.resource_arn)};
}

}  // namespace roadstead::ecs
