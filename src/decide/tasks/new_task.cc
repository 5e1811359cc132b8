#include "decide/tasks/new_task.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/placement/node_room.h"
#include "decide/placement/placement.h"

namespace roadstead {

namespace {

const ecs::ContainerOverride* override_of(const std::optional<ecs::TaskOverride>& overrides, const std::string& name) {
  if (!overrides || !overrides->container_overrides) return nullptr;
  auto found = std::ranges::find_if(*overrides->container_overrides, [&](const auto& item) { return item.name == name; });
  return found == overrides->container_overrides->end() ? nullptr : &*found;
}

std::optional<std::string> number_text(std::optional<std::int32_t> number) {
  if (!number) return std::nullopt;
  return std::to_string(*number);
}

TaskContainer new_container(Tx& tx, const NewTask& task, const Arn& cluster, const std::string& task_id,
                            const ecs::ContainerDefinition& definition) {
  TaskContainer container;
  container.name = definition.name.value_or("");
  Arn arn = cluster;
  arn.resource = cat("container/", cluster.resource_path(), '/', task_id, '/', new_uuid(tx.ids()));
  container.container_arn = to_string(arn);
  container.image = definition.image.value_or("");
  container.last_status = ContainerStatus::pending;
  container.health_status = ecs::HealthStatus::unknown;
  const auto* override_ = override_of(task.overrides, container.name);
  auto pick = [&](auto member, const auto& own) {
    return override_ != nullptr && override_->*member ? override_->*member : own;
  };
  container.cpu = number_text(pick(&ecs::ContainerOverride::cpu, definition.cpu)).value_or("0");
  container.memory = number_text(pick(&ecs::ContainerOverride::memory, definition.memory));
  container.memory_reservation =
      number_text(pick(&ecs::ContainerOverride::memory_reservation, definition.memory_reservation));
  container.essential = definition.essential.value_or(true);
  container.has_health_check = definition.health_check.has_value();
  return container;
}

/// The sum over the containers, overrides included: the size of a task that has none of its own (§3.1).
std::string cpu_sum(const std::vector<TaskContainer>& containers) {
  std::int64_t sum = 0;
  for (const auto& container : containers) sum += to_number<std::int64_t>(container.cpu.value_or("0")).value_or(0);
  return std::to_string(sum);
}

std::string memory_sum(const std::vector<TaskContainer>& containers) {
  std::int64_t sum = 0;
  for (const auto& container : containers) {
    const auto& size = container.memory ? container.memory : container.memory_reservation;
    sum += to_number<std::int64_t>(size.value_or("0")).value_or(0);
  }
  return std::to_string(sum);
}

TaskDemand demand_of(const NewTask& task) {
  const auto& definition = task.definition->definition;
  TaskDemand demand{.group = task.group, .needs = needs_of(definition, task.overrides), .fargate = task.launch_type == "FARGATE"};
  demand.constraints = task.constraints;
  demand.strategies = task.strategies;
  demand.node_id = task.node_id;
  for (const auto& own : definition.placement_constraints.value_or(std::vector<ecs::TaskDefinitionPlacementConstraint>{})) {
    ecs::PlacementConstraint constraint;
    constraint.type = ecs::PlacementConstraintType::member_of;
    constraint.expression = own.expression;
    demand.constraints.push_back(std::move(constraint));
  }
  if (definition.runtime_platform) {
    const auto& platform = *definition.runtime_platform;
    if (platform.cpu_architecture) demand.cpu_architecture = to_string(*platform.cpu_architecture);
    demand.os_family = to_string(platform.operating_system_family.value_or(ecs::OSFamily::linux_));
  }
  return demand;
}

/// Where a task is to be, and what it takes there.
struct Place {
  std::string node_id;
  std::string instance_arn;
  std::string cpu_architecture;
  std::optional<TaskReservation> reservation = {};
};

TaskNetwork network_of(Tx& tx, const NetworkInterfaceRow& interface, const ecs::AwsVpcConfiguration& asked) {
  return {
      .attachment_id = new_uuid(tx.ids()),
      .network_interface_id = interface.network_interface_id,
      .subnet_id = interface.subnet_id,
      .private_ip = interface.private_ip,
      .mac_address = interface.mac_address,
      .security_group_ids = interface.security_group_ids,
      .assign_public_ip = asked.assign_public_ip == ecs::AssignPublicIp::enabled,
  };
}

/// A group that lets everything out and only its own members in: what AWS uses when none is named.
std::vector<std::string> groups_or_default(const Reader& rows, const ecs::AwsVpcConfiguration& network) {
  auto ids = network.security_groups.value_or(std::vector<std::string>{});
  if (!ids.empty()) return ids;
  rows.for_each(SecurityGroupRowIndex::by_vpc, default_vpc(rows)->vpc_id, [&](const SecurityGroupRow& group) {
    if (group.group_name == "default") ids.push_back(group.group_id);
  });
  return ids;
}

/// All tasks of a revision run the content that the first one found behind the tags (reference/ecs-core.md §4.10).
void pin_images(const Reader& rows, const std::vector<ecs::ContainerDefinition>& definitions, TaskRow& task) {
  auto revision = task.revision_arn ? rows.find<ServiceRevisionRow>(*task.revision_arn) : nullptr;
  if (!revision) return;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    if (definitions[i].version_consistency == ecs::VersionConsistency::disabled) continue;
    auto& container = task.containers[i];
    auto known = std::ranges::find(revision->container_images, std::optional(container.name), &ecs::ContainerImage::container_name);
    if (known != revision->container_images.end() && known->image == container.image) container.image_digest = known->image_digest;
  }
}

Result<std::shared_ptr<const TaskRow>> make_task(Tx& tx, NewTask task, Place place) {
  const auto& definition = task.definition->definition;
  auto cluster = parse_arn(task.cluster_arn).value_or(Arn{});
  TaskRow row;
  row.task_id = new_hex(tx.ids(), 32);
  Arn arn = cluster;
  arn.resource = cat("task/", cluster.resource_path(), '/', row.task_id);
  row.task_arn = to_string(arn);
  row.last_status = TaskStatus::pending;
  if (task.network) {
    auto subnets = task.network->subnets.empty() ? default_subnet_ids(tx) : task.network->subnets;
    auto interface = TRY(take_address(tx, subnets, row.task_arn, groups_or_default(tx, *task.network)));
    row.network = network_of(tx, *interface, *task.network);
    row.last_status = TaskStatus::provisioning;
  }
  row.cluster_arn = task.cluster_arn;
  row.task_definition_arn = task.definition->task_definition_arn;
  row.node_id = place.node_id;
  row.reservation = std::move(place.reservation);
  if (task.launch_type != "FARGATE") row.container_instance_arn = place.instance_arn;
  row.service_arn = std::move(task.service_arn);
  row.revision_arn = std::move(task.revision_arn);
  row.group = std::move(task.group);
  row.started_by = std::move(task.started_by);
  row.desired_status = DesiredStatus::running;
  row.launch_type = std::move(task.launch_type);
  row.capacity_provider_name = std::move(task.capacity_provider);
  row.platform_version = std::move(task.platform_version);
  const auto& containers = definition.container_definitions.value_or(std::vector<ecs::ContainerDefinition>{});
  for (const auto& container : containers) {
    row.containers.push_back(new_container(tx, task, cluster, row.task_id, container));
  }
  pin_images(tx, containers, row);
  const auto given = task.overrides.value_or(ecs::TaskOverride{});
  const auto& cpu = given.cpu ? given.cpu : definition.cpu;
  const auto& memory = given.memory ? given.memory : definition.memory;
  row.cpu = cpu ? *cpu : cpu_sum(row.containers);
  row.memory = memory ? *memory : memory_sum(row.containers);
  const auto& storage = given.ephemeral_storage ? given.ephemeral_storage : definition.ephemeral_storage;
  if (storage) row.ephemeral_storage_gib = storage->size_in_gib;
  row.overrides = std::move(task.overrides);
  row.created_at = tx.now();
  row.connectivity_at = tx.now();
  row.health_status = ecs::HealthStatus::unknown;
  row.enable_execute_command = task.enable_execute_command;
  row.enable_ecs_managed_tags = task.enable_managed_tags;
  row.cpu_architecture = place.cpu_architecture == "ARM64" ? "arm64" : "x86_64";
  if (task.tags && !task.tags->empty()) tx.put(ResourceTagsRow{.resource_arn = row.task_arn, .tags = *task.tags});
  return tx.put(std::move(row));
}

/// What a task asks for; what its machine has when it asks for nothing.
const std::string& or_else(const std::string& asked, const std::string& own) { return asked.empty() ? own : asked; }

}  // namespace

Result<std::shared_ptr<const TaskRow>> create_task(Tx& tx, NewTask task, Placer& placer) {
  auto demand = demand_of(task);
  auto chosen = TRY(placer.choose(demand));
  auto gpus = placer.take(chosen, demand);
  Place place{chosen.node->node_id, chosen.instance_arn, or_else(demand.cpu_architecture, chosen.node->cpu_architecture)};
  if (!demand.fargate) place.reservation = reservation_of(demand.needs, std::move(gpus));
  return make_task(tx, std::move(task), std::move(place));
}

Result<std::shared_ptr<const TaskRow>> create_task_on(Tx& tx, NewTask task, const Instance& instance) {
  auto demand = demand_of(task);
  TRY(check_instance(tx, instance, demand));
  auto gpus = room_of(tx, instance).take(demand.needs);
  Place place{instance.row.node_id, instance.row.container_instance_arn, or_else(demand.cpu_architecture, instance.cpu_architecture),
              reservation_of(demand.needs, std::move(gpus))};
  return make_task(tx, std::move(task), std::move(place));
}

void want_stopped(Tx& tx, const std::string& task_arn, ecs::TaskStopCode code, std::string reason) {
  tx.update<TaskRow>(task_arn, [&](TaskRow& task) {
    if (task.desired_status == DesiredStatus::stopped || task.last_status == TaskStatus::stopped) return;
    task.desired_status = DesiredStatus::stopped;
    if (!task.stop_code) {
      task.stop_code = code;
      task.stopped_reason = std::move(reason);
    }
    task.stopping_at = tx.now();
    ++task.version;
    if (!task.node_id) {
      task.last_status = TaskStatus::stopped;
      task.stopped_at = tx.now();
    }
  });
}

}  // namespace roadstead
