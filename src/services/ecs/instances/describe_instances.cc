#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/placement/cluster_query.h"
#include "decide/placement/node_room.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_instances = 100;

Resource number_resource(std::string name, std::int32_t value) {
  Resource out;
  out.name = std::move(name);
  out.type = "INTEGER";
  out.double_value = 0.0;
  out.long_value = 0;
  out.integer_value = value;
  return out;
}

Resource set_resource(std::string name, std::vector<std::string> values) {
  Resource out;
  out.name = std::move(name);
  out.type = "STRINGSET";
  out.double_value = 0.0;
  out.long_value = 0;
  out.integer_value = 0;
  out.string_set_value = std::move(values);
  return out;
}

/// How many tasks of its cluster an instance has.
struct TaskCounts {
  int running = 0;
  int pending = 0;
};

TaskCounts counts_of(const Reader& rows, const Instance& instance) {
  TaskCounts counts;
  rows.for_each(TaskRowIndex::present_by_node, instance.row.node_id, [&](const TaskRow& task) {
    if (task.cluster_arn != instance.row.cluster_arn) return;
    if (task.last_status == TaskStatus::running) ++counts.running;
    if (task.last_status < TaskStatus::running) ++counts.pending;
  });
  return counts;
}

std::vector<std::string> texts_of(const std::set<std::int32_t>& ports) {
  std::vector<std::string> texts;
  for (auto port : ports) texts.push_back(std::to_string(port));
  return texts;
}

std::vector<Resource> registered_resources(const Reader& rows, const Instance& instance) {
  if (instance.row.foreign) return instance.row.registered_resources;
  std::vector<Resource> out{number_resource("CPU", instance.cpu_units), number_resource("MEMORY", instance.memory_mib),
                            set_resource("PORTS", {"22"}), set_resource("PORTS_UDP", {})};
  auto node = rows.find<NodeRow>(instance.row.node_id);
  if (node && !node->gpu_ids.empty()) out.push_back(set_resource("GPU", node->gpu_ids));
  return out;
}

/// What tasks of all clusters leave, since it is one machine. The list of ports is of those in use.
std::vector<Resource> remaining_resources(const Reader& rows, const Instance& instance) {
  auto resources = registered_resources(rows, instance);
  auto room = room_of(rows, instance);
  for (auto& resource : resources) {
    if (resource.name == "CPU") resource.integer_value = static_cast<std::int32_t>(std::max<std::int64_t>(0, room.cpu_units));
    if (resource.name == "MEMORY") resource.integer_value = static_cast<std::int32_t>(std::max<std::int64_t>(0, room.memory_mib));
    if (resource.name == "PORTS") resource.string_set_value = texts_of(room.tcp_ports);
    if (resource.name == "PORTS_UDP") resource.string_set_value = texts_of(room.udp_ports);
    if (resource.name == "GPU") resource.string_set_value = room.free_gpus;
  }
  return resources;
}

ContainerInstanceHealthStatus health_of(const Instance& instance) {
  InstanceHealthCheckResult check;
  check.type = InstanceHealthCheckType::container_runtime;
  check.status = instance.connected ? InstanceHealthCheckState::ok : InstanceHealthCheckState::insufficient_data;
  check.last_updated = instance.last_seen_at;
  ContainerInstanceHealthStatus out;
  out.overall_status = check.status;
  out.details.emplace().push_back(std::move(check));
  return out;
}

}  // namespace

std::string instance_arn_named(const Caller& who, const ClusterRow& cluster, const std::string& reference) {
  if (!is_own(who, "container-instance", reference)) return reference;
  auto arn = parse_arn(reference);
  auto path = arn ? std::string(arn->resource_path()) : reference;
  if (path.find('/') == std::string::npos) path = cat(cluster.cluster_name, '/', path);
  return ecs_arn(who, cat("container-instance/", path));
}

Result<Instance> instance_named(const Reader& rows, const Caller& who, const ClusterRow& cluster, const std::string& reference, Instant now) {
  auto found = find_instance(rows, cluster.cluster_arn, instance_arn_named(who, cluster, reference), now);
  if (!found) return invalid_parameter("The referenced container instance was not found.");
  return std::move(*found);
}

ContainerInstance describe_instance(const Reader& rows, const Instance& instance) {
  auto counts = counts_of(rows, instance);
  ContainerInstance out;
  out.container_instance_arn = instance.row.container_instance_arn;
  out.ec2_instance_id = machine_id_of(instance.row.node_id);
  out.version = instance.row.version;
  out.version_info = instance.row.version_info.value_or(VersionInfo{});
  out.registered_resources = registered_resources(rows, instance);
  out.remaining_resources = remaining_resources(rows, instance);
  out.status = instance.row.status;
  out.agent_connected = instance.connected;
  out.running_tasks_count = counts.running;
  out.pending_tasks_count = counts.pending;
  out.attributes = with_capabilities(instance);
  out.registered_at = instance.row.registered_at;
  out.attachments.emplace();
  out.tags.emplace();
  return out;
}

Result<DescribeContainerInstancesResponse> describe_container_instances(
    Tx& tx, const Caller& who, const DescribeContainerInstancesRequest& in
) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.container_instances.empty()) return client_error("Container Instances cannot be empty.");
  if (in.container_instances.size() > most_instances) return invalid_parameter("At most 100 container instances can be described at once.");
  auto include = in.include.value_or(std::vector<ContainerInstanceField>{});
  bool with_tags = std::ranges::find(include, ContainerInstanceField::tags) != include.end();
  bool with_health = std::ranges::find(include, ContainerInstanceField::container_instance_health) != include.end();
  DescribeContainerInstancesResponse out;
  auto& instances = out.container_instances.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.container_instances) {
    auto arn = instance_arn_named(who, *cluster, reference);
    auto found = find_instance(tx, cluster->cluster_arn, arn, tx.now());
    if (!found) {
      failures.push_back({.arn = arn, .reason = "MISSING"});
      continue;
    }
    auto instance = describe_instance(tx, *found);
    if (with_tags) instance.tags = tags_of(tx, arn);
    if (with_health) instance.health_status = health_of(*found);
    instances.push_back(std::move(instance));
  }
  return out;
}

Result<ListContainerInstancesResponse> list_container_instances(Tx& tx, const Caller& who, const ListContainerInstancesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto size = TRY(page_size(in.max_results, 100));
  std::optional<ClusterQuery> query;
  if (in.filter && !in.filter->empty()) query = TRY(parse_cluster_query(*in.filter));
  std::vector<std::string> arns;
  auto instances = instances_of(tx, cluster->cluster_arn, tx.now());
  for (const auto& instance : instances) {
    if (instance.row.status == "INACTIVE") continue;
    if (in.status && instance.row.status != to_string(*in.status)) continue;
    if (query && !satisfies(*query, query_target_of(tx, instance))) continue;
    arns.push_back(instance.row.container_instance_arn);
  }
  auto filters = cat("instances ", cluster->cluster_arn, ' ', in.filter.value_or(""), ' ', in.status ? to_string(*in.status) : "");
  ListContainerInstancesResponse out;
  out.container_instance_arns = TRY(page_of(std::move(arns), std::identity(), filters, in.next_token, size, out.next_token));
  return out;
}

}  // namespace roadstead::ecs
