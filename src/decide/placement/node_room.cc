#include "decide/placement/node_room.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {

namespace {

/// Nobody gets the port of SSH, by which users reach their machines.
constexpr std::int32_t ssh_port = 22;

/// More than any machine has; sums of it are still numbers.
constexpr int most_gpus = 10'000;

const ecs::ContainerOverride* override_of(const std::optional<ecs::TaskOverride>& overrides, const ecs::ContainerDefinition& container) {
  if (!overrides || !overrides->container_overrides) return nullptr;
  const auto& all = *overrides->container_overrides;
  auto found = std::ranges::find_if(all, [&](const auto& item) { return item.name == container.name; });
  return found == all.end() ? nullptr : &*found;
}

int gpus_of(const ecs::ContainerDefinition& container, const ecs::ContainerOverride* override_) {
  const auto& asked = override_ != nullptr && override_->resource_requirements ? override_->resource_requirements : container.resource_requirements;
  if (!asked) return 0;
  int count = 0;
  for (const auto& requirement : *asked) {
    if (requirement.type != ecs::ResourceType::gpu) continue;
    count += std::clamp(to_number<int>(requirement.value.value_or("")).value_or(0), 0, most_gpus);
  }
  return count;
}

void add_ports(TaskNeeds& needs, const ecs::ContainerDefinition& container) {
  if (!container.port_mappings) return;
  for (const auto& mapping : *container.port_mappings) {
    auto port = mapping.host_port.value_or(0);
    if (port == 0) continue;
    auto& ports = mapping.protocol == ecs::TransportProtocol::udp ? needs.udp_ports : needs.tcp_ports;
    if (std::ranges::find(ports, port) == ports.end()) ports.push_back(port);
  }
}

void add_container(TaskNeeds& needs, const ecs::ContainerDefinition& container, const ecs::ContainerOverride* override_) {
  auto pick = [&](auto member, const auto& own) { return override_ != nullptr && override_->*member ? override_->*member : own; };
  auto reserved = pick(&ecs::ContainerOverride::memory_reservation, container.memory_reservation);
  auto memory = reserved ? reserved : pick(&ecs::ContainerOverride::memory, container.memory);
  needs.cpu_units += pick(&ecs::ContainerOverride::cpu, container.cpu).value_or(0);
  needs.memory_mib += memory.value_or(0);
  needs.gpus += gpus_of(container, override_);
}

/// Tasks that were placed before anything was reserved have no reservation: their sizes stand for it.
TaskNeeds needs_of(const TaskRow& task) {
  if (!task.reservation) {
    return {.cpu_units = to_number<std::int32_t>(task.cpu.value_or("")).value_or(0),
            .memory_mib = to_number<std::int32_t>(task.memory.value_or("")).value_or(0)};
  }
  const auto& taken = *task.reservation;
  return {.cpu_units = taken.cpu_units, .memory_mib = taken.memory_mib, .tcp_ports = taken.tcp_ports, .udp_ports = taken.udp_ports};
}

/// Ports that the kernel chose, too.
void add_bindings(NodeRoom& room, const TaskRow& task) {
  for (const auto& container : task.containers) {
    for (const auto& binding : container.network_bindings) {
      auto& ports = binding.protocol == ecs::TransportProtocol::udp ? room.udp_ports : room.tcp_ports;
      if (binding.host_port) ports.insert(*binding.host_port);
      auto range = split(binding.host_port_range.value_or(""), '-');
      if (range.size() != 2) continue;
      auto last = to_number<std::int32_t>(range[1]).value_or(-1);
      for (auto port = to_number<std::int32_t>(range[0]).value_or(0); port <= last; ++port) ports.insert(port);
    }
  }
}

void take_present(const Reader& rows, NodeRoom& room, const std::string& node_id) {
  rows.for_each(TaskRowIndex::present_by_node, node_id, [&](const TaskRow& task) {
    if (!task.container_instance_arn) {
      ++room.tasks;
      return;
    }
    room.take(needs_of(task));
    add_bindings(room, task);
    if (!task.reservation) return;
    for (const auto& gpu : task.reservation->gpu_ids) std::erase(room.free_gpus, gpu);
  });
}

const ecs::Resource* resource_of(const std::vector<ecs::Resource>& resources, std::string_view name) {
  auto found = std::ranges::find_if(resources, [&](const ecs::Resource& resource) { return resource.name == name; });
  return found == resources.end() ? nullptr : &*found;
}

std::set<std::int32_t> ports_of(const ecs::Resource* resource) {
  std::set<std::int32_t> ports;
  if (resource == nullptr || !resource->string_set_value) return ports;
  for (const auto& text : *resource->string_set_value) {
    if (auto port = to_number<std::int32_t>(text)) ports.insert(*port);
  }
  return ports;
}

}  // namespace

TaskNeeds needs_of(const ecs::TaskDefinition& definition, const std::optional<ecs::TaskOverride>& overrides) {
  TaskNeeds needs;
  bool binds = definition.network_mode != ecs::NetworkMode::awsvpc && definition.network_mode != ecs::NetworkMode::none;
  if (definition.container_definitions) {
    for (const auto& container : *definition.container_definitions) {
      add_container(needs, container, override_of(overrides, container));
      if (binds) add_ports(needs, container);
    }
  }
  auto own = [&](auto member, const std::optional<std::string>& defined) {
    const auto& text = overrides && (*overrides).*member ? (*overrides).*member : defined;
    return text ? to_number<std::int32_t>(*text) : std::nullopt;
  };
  needs.cpu_units = own(&ecs::TaskOverride::cpu, definition.cpu).value_or(needs.cpu_units);
  needs.memory_mib = own(&ecs::TaskOverride::memory, definition.memory).value_or(needs.memory_mib);
  return needs;
}

std::vector<std::string> share_of_gpus(const TaskRow& task, const ecs::TaskDefinition& definition, std::string_view container) {
  if (!task.reservation || !definition.container_definitions) return {};
  const auto& reserved = task.reservation->gpu_ids;
  auto next = reserved.begin();
  for (const auto& one : *definition.container_definitions) {
    auto count = std::clamp<std::ptrdiff_t>(gpus_of(one, override_of(task.overrides, one)), 0, reserved.end() - next);
    if (one.name == container) return {next, next + count};
    next += count;
  }
  return {};
}

std::string taken_port_text(const Reader& rows, const std::string& node_id, const NodeRoom& room, const TaskNeeds& needs) {
  auto text_of = [&](std::int32_t port, std::string_view protocol, std::set<std::int32_t> NodeRoom::*taken) {
    auto text = cat("Host port ", port, '/', protocol, " is reserved for the machine itself.");
    rows.for_each(TaskRowIndex::present_by_node, node_id, [&](const TaskRow& task) {
      NodeRoom own;
      if (task.container_instance_arn) own.take(needs_of(task));
      add_bindings(own, task);
      if (!(own.*taken).contains(port)) return true;
      text = cat("Host port ", port, '/', protocol, " is already used by the task ", task.task_arn, task.group ? cat(" (", *task.group, ')') : "", '.');
      return false;
    });
    return text;
  };
  for (auto port : needs.tcp_ports) {
    if (room.tcp_ports.contains(port)) return text_of(port, "tcp", &NodeRoom::tcp_ports);
  }
  for (auto port : needs.udp_ports) {
    if (room.udp_ports.contains(port)) return text_of(port, "udp", &NodeRoom::udp_ports);
  }
  return {};
}

TaskReservation reservation_of(const TaskNeeds& needs, std::vector<std::string> gpu_ids) {
  return {.cpu_units = needs.cpu_units,
          .memory_mib = needs.memory_mib,
          .tcp_ports = needs.tcp_ports,
          .udp_ports = needs.udp_ports,
          .gpu_ids = std::move(gpu_ids)};
}

NodeRoom room_of(const Reader& rows, const NodeRow& node) {
  NodeRoom room{.cpu_units = node.cpu_units, .memory_mib = node.memory_mib, .tcp_ports = {ssh_port}, .free_gpus = node.gpu_ids};
  take_present(rows, room, node.node_id);
  return room;
}

NodeRoom room_of(const Reader& rows, const Instance& instance) {
  if (!instance.row.foreign) {
    auto node = rows.find<NodeRow>(instance.row.node_id);
    CHECK(node, "an instance that is not foreign is a node");
    return room_of(rows, *node);
  }
  const auto& resources = instance.row.registered_resources;
  NodeRoom room{.cpu_units = instance.cpu_units,
                .memory_mib = instance.memory_mib,
                .tcp_ports = ports_of(resource_of(resources, "PORTS")),
                .udp_ports = ports_of(resource_of(resources, "PORTS_UDP"))};
  const auto* gpus = resource_of(resources, "GPU");
  if (gpus != nullptr && gpus->string_set_value) room.free_gpus = *gpus->string_set_value;
  take_present(rows, room, instance.row.node_id);
  return room;
}

}  // namespace roadstead
