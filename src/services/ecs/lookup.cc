#include "services/ecs/lookup.h"

#include <algorithm>
#include <set>

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_tags = 50;
constexpr std::size_t longest_tag_key = 128;
constexpr std::size_t longest_tag_value = 256;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// "<cluster>/<name>" of an ARN's path, or of a short name and the cluster that the request names.
std::string path_in_cluster(const std::optional<std::string>& cluster, const std::string& reference) {
  auto cluster_name = std::string(last_part(cluster.value_or("default")));
  if (auto arn = parse_arn(reference)) {
    auto path = std::string(arn->resource_path());
    // The old short ARN form has no cluster in it.
    return path.find('/') == std::string::npos ? cat(cluster_name, '/', path) : path;
  }
  return cat(cluster_name, '/', reference);
}

/// Whether a request's cluster contradicts the cluster inside an ARN, or one of them is somebody else's.
bool contradicts(const Caller& who, std::string_view type, const std::optional<std::string>& cluster, const std::string& reference) {
  if (!is_own(who, type, reference) || (cluster && !is_own(who, "cluster", *cluster))) return true;
  if (!cluster || !looks_like_arn(reference)) return false;
  auto path = path_in_cluster(cluster, reference);
  return path.substr(0, path.find('/')) != last_part(*cluster);
}

std::shared_ptr<const TaskDefinitionRow> newest_active(const Reader& rows, const std::string& family) {
  std::shared_ptr<const TaskDefinitionRow> newest;
  // Keys of this index are "family\nrevision", with the revision padded so that order holds.
  rows.for_each_between(
      TaskDefinitionRowIndex::by_family, cat(family, '\n'), cat(family, '\x0b'),
      [&](const std::shared_ptr<const TaskDefinitionRow>& row) {
        if (row->status == "ACTIVE") newest = row;
      }
  );
  return newest;
}

}  // namespace

std::string ecs_arn(const Caller& who, std::string_view resource) {
  return cat("arn:", who.partition, ":ecs:", who.region, ':', who.account_id, ':', resource);
}

bool is_own(const Caller& who, std::string_view type, std::string_view reference) {
  return !looks_like_arn(reference) || reference.starts_with(ecs_arn(who, cat(type, '/')));
}

bool is_valid_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, is_name_character);
}

std::string_view last_part(std::string_view name) {
  auto slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string cluster_arn_of(const Caller& who, const std::optional<std::string>& cluster) {
  if (cluster && looks_like_arn(*cluster)) return *cluster;
  return ecs_arn(who, cat("cluster/", cluster && !cluster->empty() ? *cluster : "default"));
}

Result<std::shared_ptr<const ClusterRow>> find_cluster(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster
) {
  auto row = rows.find<ClusterRow>(cluster_arn_of(who, cluster));
  if (!row || row->status == "INACTIVE") return Error{"ClusterNotFoundException", "Cluster not found."};
  return row;
}

std::string service_arn_of(const Caller& who, const std::optional<std::string>& cluster, const std::string& service) {
  if (!is_own(who, "service", service)) return service;
  return ecs_arn(who, cat("service/", path_in_cluster(cluster, service)));
}

std::shared_ptr<const ServiceRow> find_service(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster, const std::string& service
) {
  if (contradicts(who, "service", cluster, service)) return nullptr;
  return rows.find<ServiceRow>(service_arn_of(who, cluster, service));
}

std::string task_arn_of(const Caller& who, const std::optional<std::string>& cluster, const std::string& task) {
  if (!is_own(who, "task", task)) return task;
  return ecs_arn(who, cat("task/", path_in_cluster(cluster, task)));
}

std::shared_ptr<const TaskRow> find_task(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster, const std::string& task
) {
  if (contradicts(who, "task", cluster, task)) return nullptr;
  return rows.find<TaskRow>(task_arn_of(who, cluster, task));
}

std::string task_definition_arn(const Caller& who, std::string_view family, int revision) {
  return ecs_arn(who, cat("task-definition/", family, ':', revision));
}

std::shared_ptr<const TaskDefinitionRow> find_task_definition(
    const Reader& rows, const Caller& who, const std::string& reference
) {
  if (!is_own(who, "task-definition", reference)) return nullptr;
  auto name = reference;
  if (auto arn = parse_arn(reference)) name = std::string(arn->resource_path());
  auto colon = name.rfind(':');
  if (colon == std::string::npos) return newest_active(rows, name);
  auto revision = to_number<int>(std::string_view(name).substr(colon + 1));
  if (!revision) return nullptr;
  return rows.find<TaskDefinitionRow>(task_definition_arn(who, name.substr(0, colon), *revision));
}

std::vector<Tag> tags_of(const Reader& rows, const std::string& arn) {
  auto row = rows.find<ResourceTagsRow>(arn);
  return row ? row->tags : std::vector<Tag>{};
}

Status check_tags(const std::vector<Tag>& tags) {
  if (tags.size() > most_tags) return invalid_parameter("Too many tags: a resource has at most 50.");
  std::set<std::string> keys;
  for (const auto& tag : tags) {
    auto key = tag.key.value_or("");
    if (key.empty() || key.size() > longest_tag_key) return invalid_parameter("Tag keys must be 1 to 128 characters long.");
    if (tag.value.value_or("").size() > longest_tag_value) return invalid_parameter("Tag values must be at most 256 characters long.");
    if (to_lower(key).starts_with("aws:")) {
      return invalid_parameter(cat("Tag keys must not start with 'aws:', which is reserved: ", key));
    }
    if (!keys.insert(key).second) return invalid_parameter(cat("Duplicate tag key: ", key));
  }
  return Done{};
}

}  // namespace roadstead::ecs
