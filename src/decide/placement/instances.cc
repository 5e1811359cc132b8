#include "decide/placement/instances.h"

#include <algorithm>

#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/placement/capabilities.h"
#include "decide/placement/placement.h"

namespace roadstead {

namespace {

constexpr std::size_t instance_id_size = 32;
constexpr std::size_t machine_id_size = 17;

ecs::Attribute attribute(std::string name, std::string value) {
  ecs::Attribute out;
  out.name = std::move(name);
  if (!value.empty()) out.value = std::move(value);
  return out;
}

/// What every node has by itself (§5.6).
std::vector<ecs::Attribute> built_in_attributes(const NodeRow& node) {
  std::vector<ecs::Attribute> out;
  if (node.availability_zone) out.push_back(attribute("ecs.availability-zone", *node.availability_zone));
  out.push_back(attribute("ecs.os-type", "linux"));
  out.push_back(attribute("ecs.os-family", "LINUX"));
  out.push_back(attribute("ecs.cpu-architecture", node.cpu_architecture == "ARM64" ? "arm64" : "x86_64"));
  return out;
}

std::int32_t amount_of(const std::vector<ecs::Resource>& resources, std::string_view name) {
  auto found = std::ranges::find_if(resources, [&](const ecs::Resource& resource) { return resource.name == name; });
  return found == resources.end() ? 0 : found->integer_value.value_or(0);
}

Instance instance_of_agent(const ContainerInstanceRow& row, Instant now) {
  Instance out{.row = row};
  out.last_seen_at = row.agent_seen_at;
  out.connected = row.agent_seen_at && now - *row.agent_seen_at <= agent_silent_after && row.status != "INACTIVE";
  out.cpu_units = amount_of(row.registered_resources, "CPU");
  out.memory_mib = amount_of(row.registered_resources, "MEMORY");
  out.attributes = row.attributes;
  out.cpu_architecture = attribute_of(out, "ecs.cpu-architecture") == "arm64" ? "ARM64" : "X86_64";
  return out;
}

}  // namespace

std::string machine_id_of(std::string_view node_id) { return cat("mi-", sha256_hex(node_id).substr(0, machine_id_size)); }

std::string instance_arn_of(std::string_view cluster_arn, std::string_view node_id) {
  auto arn = parse_arn(cluster_arn).value_or(Arn{});
  auto id = sha256_hex(cat(cluster_arn, ' ', node_id)).substr(0, instance_id_size);
  arn.resource = cat("container-instance/", arn.resource_path(), '/', id);
  return to_string(arn);
}

Instance instance_of(const Reader& rows, const std::string& cluster_arn, const NodeRow& node, Instant now) {
  Instance out;
  auto arn = instance_arn_of(cluster_arn, node.node_id);
  if (auto row = rows.find<ContainerInstanceRow>(arn)) {
    out.row = *row;
  } else {
    out.row.container_instance_arn = std::move(arn);
    out.row.cluster_arn = cluster_arn;
    out.row.node_id = node.node_id;
    out.row.status = "ACTIVE";
  }
  if (!out.row.registered_at) out.row.registered_at = node.created_at;
  out.last_seen_at = node.last_seen_at;
  out.connected = node.last_seen_at && now - *node.last_seen_at <= node_silent_after && out.row.status != "INACTIVE";
  out.cpu_architecture = node.cpu_architecture;
  out.emulated_architectures = node.emulated_architectures;
  out.cpu_units = node.cpu_units;
  out.memory_mib = node.memory_mib;
  out.attributes = built_in_attributes(node);
  for (const auto& own : out.row.attributes) out.attributes.push_back(own);
  return out;
}

std::vector<Instance> instances_of(const Reader& rows, const std::string& cluster_arn, Instant now) {
  std::vector<Instance> out;
  rows.for_each<NodeRow>([&](const NodeRow& node) { out.push_back(instance_of(rows, cluster_arn, node, now)); });
  rows.for_each(ContainerInstanceRowIndex::by_cluster, cluster_arn, [&](const ContainerInstanceRow& row) {
    if (row.foreign) out.push_back(instance_of_agent(row, now));
  });
  std::ranges::sort(out, {}, [](const Instance& instance) -> const std::string& {
    return instance.row.container_instance_arn;
  });
  return out;
}

std::optional<Instance> find_instance(const Reader& rows, const std::string& cluster_arn, const std::string& instance_arn,
                                      Instant now) {
  auto row = rows.find<ContainerInstanceRow>(instance_arn);
  if (row && row->foreign) {
    if (row->cluster_arn != cluster_arn) return std::nullopt;
    return instance_of_agent(*row, now);
  }
  std::optional<Instance> found;
  rows.for_each<NodeRow>([&](const NodeRow& node) {
    if (instance_arn_of(cluster_arn, node.node_id) != instance_arn) return true;
    found = instance_of(rows, cluster_arn, node, now);
    return false;
  });
  return found;
}

bool takes_tasks(const Reader& rows, std::string_view cluster_arn, std::string_view node_id) {
  if (rows.count<ContainerInstanceRow>() == 0) return true;
  auto row = rows.find<ContainerInstanceRow>(instance_arn_of(cluster_arn, node_id));
  return !row || row->status == "ACTIVE";
}

bool runs_architecture(std::string_view wanted, std::string_view own, const std::vector<std::string>& emulated) {
  return wanted.empty() || wanted == own || std::ranges::find(emulated, wanted) != emulated.end();
}

std::vector<ecs::Attribute> with_capabilities(const Instance& instance) {
  auto out = instance.attributes;
  if (instance.row.foreign) return out;
  for (auto name : node_capabilities()) out.push_back(attribute(std::string(name), ""));
  return out;
}

std::optional<std::string> attribute_of(const Instance& instance, std::string_view name) {
  for (const auto& attribute : instance.attributes) {
    if (attribute.name == name) return attribute.value.value_or("");
  }
  if (!instance.row.foreign && is_node_capability(name)) return "";
  return std::nullopt;
}

}  // namespace roadstead
