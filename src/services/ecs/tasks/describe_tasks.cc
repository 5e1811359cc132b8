#include <algorithm>
#include <set>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/tasks/task_rules.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_tasks = 100;

KeyValuePair detail(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value)};
}

std::string attachment_status(TaskStatus status) {
  if (status <= TaskStatus::provisioning) return "PRECREATED";
  return status == TaskStatus::stopped ? "DELETED" : "ATTACHED";
}

Attachment describe_network(const Reader& rows, const TaskRow& task) {
  const auto& network = *task.network;
  auto arn = parse_arn(task.cluster_arn).value_or(Arn{});
  Attachment out;
  out.id = network.attachment_id;
  out.type = "ElasticNetworkInterface";
  out.status = attachment_status(task.last_status);
  auto dns_name = cat("ip-", replace_all(network.private_ip, ".", "-"), '.', arn.region, ".compute.internal");
  out.details = {detail("subnetId", network.subnet_id), detail("networkInterfaceId", network.network_interface_id),
                 detail("macAddress", network.mac_address), detail("privateDnsName", dns_name),
                 detail("privateIPv4Address", network.private_ip)};
  static_cast<void>(rows);
  return out;
}

std::string_view container_status_text(ContainerStatus status) {
  // The API knows no CREATED: a container that is not running yet is PENDING (§3.1).
  switch (status) {
    case ContainerStatus::running: return "RUNNING";
    case ContainerStatus::stopped: return "STOPPED";
    default: return "PENDING";
  }
}

/// What the agent of ExecuteCommand would say: it runs where its container does (§6.6).
ManagedAgent describe_exec_agent(const TaskContainer& row) {
  ManagedAgent out;
  out.name = ManagedAgentName::execute_command_agent;
  out.last_status = container_status_text(row.last_status);
  if (row.last_status == ContainerStatus::running) out.last_started_at = row.started_at;
  return out;
}

Container describe_container(const TaskRow& task, const TaskContainer& row) {
  Container out;
  out.container_arn = row.container_arn;
  out.task_arn = task.task_arn;
  out.name = row.name;
  out.image = row.image;
  out.image_digest = row.image_digest;
  out.runtime_id = row.runtime_id;
  out.last_status = container_status_text(row.last_status);
  out.exit_code = row.exit_code;
  out.reason = row.reason;
  out.network_bindings = row.network_bindings;
  out.network_interfaces.emplace();
  if (task.network) {
    out.network_interfaces->push_back(
        {.attachment_id = task.network->attachment_id, .private_ipv4_address = task.network->private_ip}
    );
  }
  if (task.enable_execute_command) out.managed_agents.emplace().push_back(describe_exec_agent(row));
  out.health_status = row.health_status;
  out.cpu = row.cpu;
  out.memory = row.memory;
  out.memory_reservation = row.memory_reservation;
  return out;
}

TaskOverride describe_overrides(const TaskRow& task) {
  TaskOverride out = task.overrides.value_or(TaskOverride{});
  auto& containers = out.container_overrides ? *out.container_overrides : out.container_overrides.emplace();
  for (const auto& container : task.containers) {
    auto same = [&](const ContainerOverride& other) { return other.name == container.name; };
    if (std::ranges::none_of(containers, same)) containers.push_back({.name = container.name});
  }
  if (!out.inference_accelerator_overrides) out.inference_accelerator_overrides.emplace();
  return out;
}

std::string zone_of(const Reader& rows, const TaskRow& task) {
  if (task.network) {
    if (auto subnet = rows.find<SubnetRow>(task.network->subnet_id)) return subnet->availability_zone;
  }
  auto node = rows.find<NodeRow>(task.node_id.value_or(""));
  return node ? node->availability_zone.value_or("") : "";
}

/// What ListTasks is asked to keep.
struct TaskFilter {
  roadstead::DesiredStatus desired = roadstead::DesiredStatus::running;
  std::optional<std::string> service_arn;
  std::optional<std::string> instance_arn;
  const ListTasksRequest& in;

  bool operator()(const TaskRow& task) const {
    if (task.desired_status != desired) return false;
    if (service_arn && task.service_arn != service_arn) return false;
    if (instance_arn && task.container_instance_arn != instance_arn) return false;
    if (in.started_by && task.started_by != in.started_by) return false;
    if (in.launch_type && task.launch_type != to_string(*in.launch_type)) return false;
    if (!in.family) return true;
    auto name = last_part(task.task_definition_arn);
    return name.substr(0, name.rfind(':')) == *in.family;
  }
};

}  // namespace

Task describe_task(const Reader& rows, const TaskRow& row, bool with_tags) {
  Task out;
  out.attachments.emplace();
  if (row.network) out.attachments->push_back(describe_network(rows, row));
  Attribute architecture;
  architecture.name = "ecs.cpu-architecture";
  architecture.value = row.cpu_architecture.value_or("x86_64");
  out.attributes.emplace().push_back(std::move(architecture));
  out.availability_zone = zone_of(rows, row);
  out.capacity_provider_name = row.capacity_provider_name;
  out.cluster_arn = row.cluster_arn;
  out.container_instance_arn = row.container_instance_arn;
  out.connectivity = Connectivity::connected;
  out.connectivity_at = row.connectivity_at;
  out.containers.emplace();
  for (const auto& container : row.containers) out.containers->push_back(describe_container(row, container));
  out.cpu = row.cpu;
  out.created_at = row.created_at;
  out.desired_status = roadstead::to_string(row.desired_status);
  out.enable_execute_command = row.enable_execute_command;
  out.execution_stopped_at = row.execution_stopped_at;
  out.group = row.group;
  out.health_status = row.health_status;
  out.inference_accelerators.emplace();
  out.last_status = roadstead::to_string(row.last_status);
  out.launch_type = enum_of<LaunchType>(row.launch_type);
  out.memory = row.memory;
  out.overrides = describe_overrides(row);
  out.platform_version = row.platform_version;
  if (row.launch_type == "FARGATE") {
    out.platform_version = resolved_platform(row.platform_version);
    out.platform_family = "Linux";
    out.ephemeral_storage = EphemeralStorage{.size_in_gib = row.ephemeral_storage_gib};
    out.fargate_ephemeral_storage = TaskEphemeralStorage{.size_in_gib = row.ephemeral_storage_gib};
  }
  out.pull_started_at = row.pull_started_at;
  out.pull_stopped_at = row.pull_stopped_at;
  out.started_at = row.started_at;
  out.started_by = row.started_by;
  out.stop_code = row.stop_code;
  out.stopped_at = row.stopped_at;
  out.stopped_reason = row.stopped_reason;
  out.stopping_at = row.stopping_at;
  out.tags = with_tags ? tags_of(rows, row.task_arn) : std::vector<Tag>{};
  out.task_arn = row.task_arn;
  out.task_definition_arn = row.task_definition_arn;
  out.version = row.version;
  return out;
}

Result<DescribeTasksResponse> describe_tasks(Tx& tx, const Caller& who, const DescribeTasksRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.tasks.empty()) return invalid_parameter("Tasks cannot be empty.");
  if (in.tasks.size() > most_tasks) return invalid_parameter("At most 100 tasks can be described at once.");
  bool with_tags = in.include && !in.include->empty();
  DescribeTasksResponse out;
  auto& tasks = out.tasks.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.tasks) {
    auto task = find_task(tx, who, cluster->cluster_arn, reference);
    if (task) {
      tasks.push_back(describe_task(tx, *task, with_tags));
    } else {
      failures.push_back({.arn = task_arn_of(who, cluster->cluster_arn, reference), .reason = "MISSING"});
    }
  }
  return out;
}

Result<ListTasksResponse> list_tasks(Tx& tx, const Caller& who, const ListTasksRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.started_by && (in.family || in.service_name || in.container_instance || in.daemon_name)) {
    return invalid_parameter("startedBy cannot be combined with family, serviceName, containerInstance or daemonName. Leave one of them out.");
  }
  TaskFilter filter{.in = in};
  auto asked = in.desired_status.value_or(DesiredStatus::running);
  if (asked == DesiredStatus::stopped) filter.desired = roadstead::DesiredStatus::stopped;
  if (in.service_name) {
    auto service = find_service(tx, who, cluster->cluster_arn, *in.service_name);
    if (!service) return Error{"ServiceNotFoundException", "Service not found."};
    filter.service_arn = service->service_arn;
  }
  if (in.container_instance) {
    filter.instance_arn = TRY(instance_named(tx, who, *cluster, *in.container_instance, tx.now())).row.container_instance_arn;
  }
  ListTasksResponse out;
  auto size = TRY(page_size(in.max_results, 100));
  auto filters = cat("tasks ", cluster->cluster_arn, ' ', to_string(asked), ' ', in.service_name.value_or(""), ' ',
                     in.family.value_or(""), ' ', in.started_by.value_or(""), ' ', in.container_instance.value_or(""));
  auto start = TRY(page_start(filters, in.next_token));
  auto& arns = out.task_arns.emplace();
  auto take = [&](const TaskRow& task) {
    if (task.task_arn <= start || !filter(task)) return true;
    if (arns.size() == size) {
      out.next_token = page_token(filters, arns.back());
      return false;
    }
    arns.push_back(task.task_arn);
    return true;
  };
  // PENDING is in the enumeration but no task ever wants it (§1.8).
  if (asked == DesiredStatus::pending || in.daemon_name) return out;
  if (filter.service_arn) {
    tx.for_each(TaskRowIndex::by_service, *filter.service_arn, take);
  } else {
    tx.for_each(TaskRowIndex::by_cluster, cluster->cluster_arn, take);
  }
  return out;
}

}  // namespace roadstead::ecs
