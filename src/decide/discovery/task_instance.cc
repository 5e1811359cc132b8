#include "decide/discovery/task_instance.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/placement/cidr.h"
#include "decide/placement/instances.h"
#include "decide/placement/placement.h"

namespace roadstead {

namespace {

using servicediscovery::RecordType;

/// The machine's own address in the network of tasks is the first of its range; so does the node (agent/sandbox).
std::optional<std::string> host_address_of(const Reader& rows) {
  auto vpc = default_vpc(rows);
  auto block = vpc ? parse_cidr(vpc->cidr_block) : std::nullopt;
  if (!block) return std::nullopt;
  return format_address(block->address + 1);
}

std::optional<std::string> external_id_of(const Reader& rows, const TaskRow& task) {
  std::optional<std::string> id;
  rows.for_each(TaskSetRowIndex::by_service, *task.service_arn, [&](const TaskSetRow& set) {
    if (set.service_revision_arn == task.revision_arn) id = set.external_id;
  });
  return id;
}

bool is_up(const TaskRow& task) {
  bool runs = task.last_status == TaskStatus::running || task.last_status == TaskStatus::activating;
  return runs && task.desired_status == DesiredStatus::running;
}

/// Where the machine leads to the container's port.
std::optional<std::int32_t> host_port_of(const TaskInstanceView& view, const ecs::ServiceRegistry& asked) {
  if (view.network_mode == ecs::NetworkMode::host) return asked.container_port;
  for (const auto& container : view.task.containers) {
    if (container.name != asked.container_name) continue;
    for (const auto& binding : container.network_bindings) {
      if (binding.container_port == asked.container_port) return binding.host_port;
    }
  }
  return std::nullopt;
}

/// Until a health check has said that it is well, a task that has one is not.
bool is_healthy(const TaskRow& task) {
  bool checked = std::ranges::any_of(task.containers, &TaskContainer::has_health_check);
  return !checked || task.health_status == ecs::HealthStatus::healthy;
}

/// The parts of an instance that only hang on the task.
std::map<std::string, std::string> common_attributes(const TaskInstanceView& view) {
  std::map<std::string, std::string> out{
      {"ECS_CLUSTER_NAME", view.cluster_name},
      {"ECS_SERVICE_NAME", view.service_name},
      {"ECS_TASK_DEFINITION_FAMILY", view.family},
      {"REGION", parse_arn(view.task.task_arn).value_or(Arn{}).region},
  };
  if (view.availability_zone) out["AVAILABILITY_ZONE"] = *view.availability_zone;
  if (view.external_id) out["ECS_TASK_SET_EXTERNAL_ID"] = *view.external_id;
  if (view.task.container_instance_arn && view.task.node_id) out["EC2_INSTANCE_ID"] = machine_id_of(*view.task.node_id);
  return out;
}

std::optional<DiscoveryInstanceRow> plan_instance(const TaskInstanceView& view, const TaskInstanceView::Registry& registry) {
  const auto& asked = registry.asked;
  bool on_host_ports = view.network_mode == ecs::NetworkMode::bridge || view.network_mode == ecs::NetworkMode::host;
  auto address = on_host_ports ? view.host_address : std::optional<std::string>();
  if (view.task.network) address = view.task.network->private_ip;
  auto port = asked.port ? asked.port : on_host_ports ? host_port_of(view, asked) : asked.container_port;
  bool needs_port = on_host_ports || has_record(registry.service, RecordType::srv);
  if (!address || (needs_port && !port)) return std::nullopt;
  DiscoveryInstanceRow row{.discovery_service_id = registry.service.discovery_service_id, .instance_id = view.task.task_id};
  row.attributes = common_attributes(view);
  row.attributes["AWS_INSTANCE_IPV4"] = *address;
  if (port) row.attributes["AWS_INSTANCE_PORT"] = cat(*port);
  bool unhealthy = registry.service.health_check_custom_config && !is_healthy(view.task);
  row.health_status = unhealthy ? "UNHEALTHY" : "HEALTHY";
  row.owner = view.task.task_arn;
  return row;
}

/// Whether tasks of the revision may be instances of anything.
bool has_instances(const ServiceRevisionRow& revision) {
  return !revision.service_registries.empty() || connect_namespace_id(revision);
}

/// The endpoints of Service Connect behind which the task is: those that its own revision offers too, at the port that its own
/// definition names.
void add_connect_registries(
    const Reader& rows, const ServiceRevisionRow& revision, const TaskDefinitionRow& definition, TaskInstanceView& view
) {
  for (const auto& offered : plan_connect_endpoints(revision, definition.definition, "")) {
    auto endpoint = find_connect_endpoint(rows, offered.namespace_id, offered.discovery_name);
    if (!endpoint || endpoint->service_arn != revision.service_arn) continue;
    auto service = rows.find<DiscoveryServiceRow>(endpoint->discovery_service_id);
    auto port = find_connect_port(definition.definition, offered.port_name);
    if (!service || !port) continue;
    view.registries.push_back({
        .asked = {.container_name = port->container_name, .container_port = port->container_port},
        .service = *service,
    });
  }
}

std::string key_of(const DiscoveryInstanceRow& row) { return RowTraits<DiscoveryInstanceRow>::key(row); }

}  // namespace

TaskInstanceView task_instance_view(const Reader& rows, const TaskRow& task) {
  TaskInstanceView view{.task = task};
  auto revision = task.revision_arn && is_up(task) ? rows.find<ServiceRevisionRow>(*task.revision_arn) : nullptr;
  auto service = task.service_arn ? rows.find<ServiceRow>(*task.service_arn) : nullptr;
  auto definition = rows.find<TaskDefinitionRow>(task.task_definition_arn);
  if (!revision || !service || !definition || !has_instances(*revision)) return view;
  view.service_name = service->service_name;
  if (auto cluster = rows.find<ClusterRow>(task.cluster_arn)) view.cluster_name = cluster->cluster_name;
  view.family = definition->definition.family.value_or("");
  view.network_mode = definition->definition.network_mode.value_or(ecs::NetworkMode::bridge);
  // The machines of agents from elsewhere are no nodes; where tasks reach them is not known.
  if (auto node = task.node_id ? rows.find<NodeRow>(*task.node_id) : nullptr) {
    view.host_address = host_address_of(rows);
    view.availability_zone = node->availability_zone;
  }
  view.external_id = external_id_of(rows, task);
  for (const auto& asked : revision->service_registries) {
    auto registry = find_discovery_service(rows, asked.registry_arn.value_or(""));
    if (registry) view.registries.push_back({.asked = asked, .service = *registry});
  }
  add_connect_registries(rows, *revision, *definition, view);
  return view;
}

std::vector<DiscoveryInstanceRow> plan_task_instances(const TaskInstanceView& view) {
  std::vector<DiscoveryInstanceRow> out;
  for (const auto& registry : view.registries) {
    if (auto row = plan_instance(view, registry)) out.push_back(std::move(*row));
  }
  return out;
}

void keep_task_instances(Tx& tx, const TaskRow& task) {
  auto present = tx.list(DiscoveryInstanceRowIndex::by_owner, task.task_arn);
  // Most tasks are none, and this is asked at every change of each.
  auto revision = task.revision_arn ? tx.find<ServiceRevisionRow>(*task.revision_arn) : nullptr;
  if (present.empty() && (!revision || !has_instances(*revision))) return;
  auto wanted = plan_task_instances(task_instance_view(tx, task));
  for (const auto& row : present) {
    bool stays = std::ranges::any_of(wanted, [&](const auto& other) { return key_of(other) == key_of(*row); });
    if (!stays) erase_discovery_instance(tx, *row);
  }
  for (auto& row : wanted) {
    auto before = tx.find<DiscoveryInstanceRow>(key_of(row));
    row.created_at = before ? before->created_at : tx.now();
    put_discovery_instance(tx, std::move(row));
  }
}

}  // namespace roadstead
