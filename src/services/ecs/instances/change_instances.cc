#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/tasks/new_task.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_changed = 10;
constexpr std::size_t longest_attribute = 128;

bool fits_attribute(std::string_view text, std::string_view signs) {
  return std::ranges::all_of(text, [&](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || signs.find(c) != std::string_view::npos;
  });
}

/// Takes an instance's tasks away for good. Nodes of Roadstead stop theirs; nobody can be asked to stop an agent's, so they
/// count as stopped at once.
void stop_tasks(Tx& tx, const Instance& instance) {
  for (const auto& task : tx.list(TaskRowIndex::present_by_node, instance.row.node_id)) {
    if (task->cluster_arn != instance.row.cluster_arn) continue;
    want_stopped(tx, task->task_arn, TaskStopCode::user_initiated, "Container instance deregistration forced by user");
    if (!instance.row.foreign) continue;
    tx.update<TaskRow>(task->task_arn, [&](TaskRow& row) {
      row.last_status = TaskStatus::stopped;
      row.stopped_at = tx.now();
      for (auto& container : row.containers) container.last_status = ContainerStatus::stopped;
    });
  }
}

/// Keeps what users gave an instance and replaces what its agent reports.
std::vector<Attribute> merged_attributes(const std::vector<Attribute>& reported, const std::vector<Attribute>& before) {
  auto out = reported;
  for (const auto& attribute : before) {
    auto same = [&](const Attribute& other) { return other.name == attribute.name; };
    if (!is_built_in_attribute(attribute.name) && std::ranges::none_of(out, same)) out.push_back(attribute);
  }
  return out;
}

std::string_view value_of(const std::vector<Attribute>& attributes, std::string_view name) {
  auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() || !found->value ? std::string_view() : std::string_view(*found->value);
}

/// The row of an agent that comes back with the ARN it had.
Result<ContainerInstanceRow> returning_row(const Tx& tx, const Caller& who, const ClusterRow& cluster,
                                           const RegisterContainerInstanceRequest& in, const std::vector<Attribute>& reported) {
  auto found = TRY(instance_named(tx, who, cluster, *in.container_instance_arn, tx.now()));
  constexpr std::string_view type = "ecs.instance-type";
  auto before = value_of(found.row.attributes, type);
  auto now = value_of(reported, type);
  if (!before.empty() && !now.empty() && before != now) {
    return client_error(cat("Container instance type changes are not supported. Container instance ", found.row.container_instance_arn,
                            " was previously registered as ", before, "."));
  }
  auto row = found.row;
  if (row.foreign) row.attributes = merged_attributes(reported, row.attributes);
  ++row.version;
  return row;
}

ContainerInstanceRow new_row(Tx& tx, const Caller& who, const ClusterRow& cluster, std::vector<Attribute> reported) {
  ContainerInstanceRow row;
  row.node_id = new_hex(tx.ids(), 32);
  row.container_instance_arn = ecs_arn(who, cat("container-instance/", cluster.cluster_name, '/', row.node_id));
  row.cluster_arn = cluster.cluster_arn;
  row.foreign = true;
  row.attributes = std::move(reported);
  row.registered_at = tx.now();
  return row;
}

}  // namespace

bool is_built_in_attribute(std::string_view name) { return name.starts_with("ecs.") || name.starts_with("com.amazonaws."); }

Status check_attribute(const Attribute& attribute) {
  const auto& name = attribute.name;
  if (name.empty() || name.size() > longest_attribute || !fits_attribute(name, "-_./\\")) {
    return invalid_parameter("Attribute names are 1 to 128 letters, digits, hyphens, underscores, slashes, backslashes and periods.");
  }
  auto value = attribute.value.value_or("");
  if (value.size() > longest_attribute || !fits_attribute(value, "-_./\\@: ")) {
    return invalid_parameter("Attribute values are at most 128 letters, digits, spaces and any of - _ . / \\ @ :");
  }
  if (trim(value) != value) return invalid_parameter("Attribute values must not begin or end with a space.");
  return Done{};
}

/// Takes in an agent that is not part of Roadstead, or one that comes back. Every attribute of the request is answered as it
/// came: agents check that. Errors: ClusterNotFoundException; InvalidParameterException; ClientException for another machine type.
Result<RegisterContainerInstanceResponse> register_container_instance(
    Tx& tx, const Caller& who, const RegisterContainerInstanceRequest& in
) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.tags) TRY(check_tags(*in.tags));
  auto reported = in.attributes.value_or(std::vector<Attribute>{});
  for (auto& attribute : reported) {
    TRY(check_attribute(attribute));
    attribute.target_id.reset();
    attribute.target_type.reset();
  }
  auto row = in.container_instance_arn ? TRY(returning_row(tx, who, *cluster, in, reported)) : new_row(tx, who, *cluster, std::move(reported));
  row.status = row.status == "DRAINING" ? "DRAINING" : "ACTIVE";
  row.deregistered_at.reset();
  row.agent_seen_at = tx.now();
  if (in.total_resources) row.registered_resources = *in.total_resources;
  if (in.version_info) row.version_info = in.version_info;
  auto arn = row.container_instance_arn;
  tx.put(std::move(row));
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = arn, .tags = *in.tags});
  auto found = find_instance(tx, cluster->cluster_arn, arn, tx.now());
  auto out = describe_instance(tx, *found);
  out.tags = tags_of(tx, arn);
  return RegisterContainerInstanceResponse{.container_instance = std::move(out)};
}

/// Errors: InvalidParameterException while tasks run there and `force` is not set (exact, §1.12).
Result<DeregisterContainerInstanceResponse> deregister_container_instance(
    Tx& tx, const Caller& who, const DeregisterContainerInstanceRequest& in
) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto instance = TRY(instance_named(tx, who, *cluster, in.container_instance, tx.now()));
  auto before = describe_instance(tx, instance);
  if (*before.running_tasks_count + *before.pending_tasks_count > 0) {
    if (!in.force.value_or(false)) return invalid_parameter("Found running tasks on the instance.");
    stop_tasks(tx, instance);
  }
  auto row = instance.row;
  row.status = "INACTIVE";
  row.deregistered_at = tx.now();
  ++row.version;
  auto arn = row.container_instance_arn;
  tx.put(std::move(row));
  auto out = describe_instance(tx, *find_instance(tx, cluster->cluster_arn, arn, tx.now()));
  tx.erase<ResourceTagsRow>(arn);
  return DeregisterContainerInstanceResponse{.container_instance = std::move(out)};
}

Result<UpdateContainerInstancesStateResponse> update_container_instances_state(
    Tx& tx, const Caller& who, const UpdateContainerInstancesStateRequest& in
) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.status != ContainerInstanceStatus::active && in.status != ContainerInstanceStatus::draining) {
    return invalid_parameter("Container instance status should be one of [ACTIVE, DRAINING]");
  }
  if (in.container_instances.empty()) return client_error("Container Instances cannot be empty.");
  if (in.container_instances.size() > most_changed) return invalid_parameter("At most 10 container instances can be updated at once.");
  UpdateContainerInstancesStateResponse out;
  auto& instances = out.container_instances.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.container_instances) {
    auto arn = instance_arn_named(who, *cluster, reference);
    auto found = find_instance(tx, cluster->cluster_arn, arn, tx.now());
    if (!found || found->row.status == "INACTIVE") {
      failures.push_back({.arn = arn, .reason = found ? "INACTIVE" : "MISSING"});
      continue;
    }
    auto& row = found->row;
    if (row.status != to_string(in.status)) {
      row.status = to_string(in.status);
      ++row.version;
      tx.put(row);
    }
    instances.push_back(describe_instance(tx, *found));
  }
  return out;
}

/// Nothing here updates an agent: Roadstead's nodes are as new as the server, and those from elsewhere look after themselves.
Result<UpdateContainerAgentResponse> update_container_agent(Tx& tx, const Caller& who, const UpdateContainerAgentRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto instance = TRY(instance_named(tx, who, *cluster, in.container_instance, tx.now()));
  if (instance.row.foreign && !(instance.row.version_info && instance.row.version_info->agent_version)) {
    return Error{"MissingVersionException", "Amazon ECS is unable to determine the current version of the Amazon ECS container agent on the container instance."};
  }
  return Error{"NoUpdateAvailableException", "There is no update available for your container agent."};
}

}  // namespace roadstead::ecs
