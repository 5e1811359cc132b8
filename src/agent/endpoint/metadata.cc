#include "agent/endpoint/metadata.h"

#include <boost/json.hpp>

#include "agent/core/network/render_ports.h"
#include "agent/core/observation.h"
#include "agent/core/render/render_container.h"
#include "agent/core/render/render_log.h"
#include "agent/core/render/render_volumes.h"
#include "agent/sandbox/address.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

std::string time_text(Instant at) { return format_iso8601(at, true); }

std::string last_part(std::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

std::string known_status(const ContainerProgress& container) {
  switch (container.state.phase) {
    case ContainerPhase::running:
      return "RUNNING";
    case ContainerPhase::stopped:
      return "STOPPED";
    case ContainerPhase::starting:
      return "CREATED";
    case ContainerPhase::pending:
      break;
  }
  return container.image == Step::done ? "PULLED" : "NONE";
}

std::string_view health_text(ContainerHealth health) {
  switch (health) {
    case ContainerHealth::healthy:
      return "HEALTHY";
    case ContainerHealth::unhealthy:
      return "UNHEALTHY";
    case ContainerHealth::unknown:
      break;
  }
  return "UNKNOWN";
}

const ContainerRules* rules_of(const TaskView& task, const std::string& container) {
  for (const auto& rules : task.rules) {
    if (rules.name == container) return &rules;
  }
  return nullptr;
}

const TaskContainer* row_of(const TaskView& task, const std::string& container) {
  for (const auto& row : task.row->containers) {
    if (row.name == container) return &row;
  }
  return nullptr;
}

/// "10.0.2.1/24" of "10.0.2.0/24", as AWS shows a subnet's gateway.
std::string gateway_of(const std::string& subnet) {
  auto range = parse_ipv4_range(subnet);
  if (!range) return "";
  auto slash = subnet.find('/');
  return cat(to_string(Ipv4{range->network.bits + 1}), subnet.substr(slash));
}

json::array words_after(std::string_view resolv_conf, std::string_view key) {
  json::array out;
  for (auto line : split(resolv_conf, '\n')) {
    if (!line.starts_with(key)) continue;
    for (auto word : split(line.substr(key.size()), ' ')) {
      if (!trim(word).empty()) out.emplace_back(trim(word));
    }
  }
  return out;
}

void add_interface(const TaskView& task, const TaskSurroundings& where, json::object& network) {
  network["AttachmentIndex"] = 0;
  network["MACAddress"] = task.row->network->mac_address;
  if (!where.subnet_cidr.empty()) {
    network["IPv4SubnetCIDRBlock"] = where.subnet_cidr;
    network["SubnetGatewayIpv4Address"] = gateway_of(where.subnet_cidr);
  }
  if (task.joined) {
    network["DomainNameServers"] = words_after(task.joined->names.resolv_conf, "nameserver ");
    auto search = words_after(task.joined->names.resolv_conf, "search ");
    if (!search.empty()) network["DomainNameSearchList"] = std::move(search);
  }
  network["PrivateDNSName"] =
      cat("ip-", replace_all(task.row->network->private_ip, ".", "-"), '.', task.settings.region, ".compute.internal");
}

json::array render_networks(const TaskView& task, const TaskSurroundings& where, MetadataVersion version) {
  bool own = task.row->network.has_value();
  std::string_view mode = own ? "awsvpc" : to_string(task.definition().network_mode.value_or(ecs::NetworkMode::bridge));
  std::string address = own ? task.row->network->private_ip : task.joined ? task.joined->address : "";
  json::object network{{"NetworkMode", mode}};
  network["IPv4Addresses"] = address.empty() ? json::array() : json::array{address};
  if (own && version == MetadataVersion::v4) add_interface(task, where, network);
  return {std::move(network)};
}

json::array render_ports(const TaskView& task, const ecs::ContainerDefinition& definition) {
  json::array out;
  if (!definition.port_mappings) return out;
  auto given = take_bindings(definition, task.progress.bindings);
  for (std::size_t at = 0; at < definition.port_mappings->size(); ++at) {
    const auto& port = definition.port_mappings->at(at);
    auto protocol = to_string(port.protocol.value_or(ecs::TransportProtocol::tcp));
    for (const auto& binding : given.at(at)) {
      out.push_back(json::object{{"ContainerPort", binding.container_port},
                                 {"Protocol", protocol},
                                 {"HostPort", binding.host_port},
                                 {"HostIp", "0.0.0.0"}});
    }
    if (!given.at(at).empty() || !port.container_port) continue;
    out.push_back(json::object{{"ContainerPort", *port.container_port}, {"Protocol", protocol}});
  }
  return out;
}

void add_log_driver(
    const TaskView& task, const ecs::ContainerDefinition& definition, const ContainerProgress& container, json::object& out
) {
  if (!definition.log_configuration) return;
  out["LogDriver"] = to_string(definition.log_configuration->log_driver);
  json::object options;
  if (definition.log_configuration->options) {
    for (const auto& [name, value] : *definition.log_configuration->options) {
      // Docker knows the stream, not its prefix.
      if (name != "awslogs-stream-prefix") options[name] = value;
    }
  }
  auto target = render_log_target(*task.row, definition, container.runtime_id);
  if (!target.stream.empty()) options["awslogs-stream"] = target.stream;
  if (!options.empty()) out["LogOptions"] = std::move(options);
}

json::object render_labels_of(const TaskView& task, const ecs::ContainerDefinition& definition) {
  ContainerSources sources{
      .settings = &task.settings, .task = task.row.get(), .definition = &task.definition(), .container = &definition
  };
  if (auto image = task.images.find(definition.name.value_or("")); image != task.images.end()) sources.image = image->second;
  json::object out;
  for (const auto& [name, value] : render_labels(sources)) out[name] = value;
  return out;
}

json::array render_mounts(const TaskView& task, const ecs::ContainerDefinition& definition) {
  json::array out;
  for (const auto& mount : render_volume_mounts(task.settings, *task.row, task.definition(), definition)) {
    json::object shown{{"Source", mount.source}, {"Destination", mount.destination}};
    if (!mount.volume.empty()) shown["DockerName"] = mount.volume;
    out.push_back(std::move(shown));
  }
  return out;
}

void add_health(const ContainerProgress& container, json::object& out) {
  const auto& health = container.state.health;
  json::object shown{{"status", health_text(health.status)}};
  if (health.status_since) shown["statusSince"] = time_text(*health.status_since);
  out["Health"] = std::move(shown);
}

void add_times(const ContainerProgress& container, json::object& out) {
  const auto& state = container.state;
  if (state.started_at) {
    out["CreatedAt"] = time_text(*state.started_at);
    out["StartedAt"] = time_text(state.restarted_at.value_or(*state.started_at));
  }
  if (state.finished_at) out["FinishedAt"] = time_text(*state.finished_at);
  if (state.phase == ContainerPhase::stopped && state.exit_code) out["ExitCode"] = *state.exit_code;
}

// A container that asks at once after its restart may be heard before the word that it started.
int restarts_of(const ContainerProgress& container) { return container.state.restart_count + (container.restart_due ? 1 : 0); }

json::object render_limits(const TaskContainer* row, const ecs::ContainerDefinition& definition) {
  json::object limits;
  auto cpu = row != nullptr && row->cpu ? to_number<int>(*row->cpu) : definition.cpu;
  limits["CPU"] = std::max(2, cpu.value_or(0));
  auto memory = row != nullptr && row->memory ? to_number<int>(*row->memory) : definition.memory;
  if (memory && *memory > 0) limits["Memory"] = *memory;
  return limits;
}

json::object render_task_limits(const TaskView& task) {
  json::object limits;
  auto cpu = to_number<int>(task.row->cpu.value_or(""));
  auto memory = to_number<int>(task.row->memory.value_or(""));
  if (cpu && *cpu > 0) limits["CPU"] = *cpu / 1024.0;
  if (memory && *memory > 0) limits["Memory"] = *memory;
  return limits;
}

std::string task_status(const TaskView& task) {
  auto seen = render_observation(
      task.settings.node_id, task.rules, &task.definition(), task.progress, task.row->network.has_value()
  );
  return std::string(to_string(seen.last_status));
}

std::string service_name(const TaskView& task) {
  if (task.row->service_arn) return last_part(*task.row->service_arn);
  auto group = task.row->group.value_or("");
  return group.starts_with("service:") ? group.substr(8) : "";
}

}  // namespace

std::string docker_id(const TaskView&, const ContainerProgress& container) { return container.runtime_id; }

std::string docker_name(const TaskView& task, const ContainerProgress& container) {
  return render_container_name(*task.row, task.definition(), container.name, container.runtime_id);
}

json::object render_container_metadata(
    const TaskView& task, const ContainerProgress& container, const TaskSurroundings& where, MetadataVersion version
) {
  const TaskContainer* row = row_of(task, container.name);
  const auto* definition = find_container(task.definition(), container.name);
  const auto* rules = rules_of(task, container.name);
  json::object out;
  out["DockerId"] = docker_id(task, container);
  out["Name"] = container.name;
  out["DockerName"] = docker_name(task, container);
  if (row != nullptr) out["Image"] = row->image;
  out["ImageID"] = container.image_digest;
  if (definition == nullptr) return out;
  if (auto ports = render_ports(task, *definition); !ports.empty()) out["Ports"] = std::move(ports);
  out["Labels"] = render_labels_of(task, *definition);
  out["DesiredStatus"] = to_string(task.row->desired_status);
  out["KnownStatus"] = known_status(container);
  out["Limits"] = render_limits(row, *definition);
  add_times(container, out);
  out["Type"] = "NORMAL";
  if (rules != nullptr && rules->health) add_health(container, out);
  if (auto mounts = render_mounts(task, *definition); !mounts.empty()) out["Volumes"] = std::move(mounts);
  if (version == MetadataVersion::v4) {
    add_log_driver(task, *definition, container, out);
    if (row != nullptr) out["ContainerARN"] = row->container_arn;
    if (on_fargate(*task.row)) out["Snapshotter"] = "overlayfs";
  }
  out["Networks"] = render_networks(task, where, version);
  if (rules != nullptr && rules->restart) out["RestartCount"] = restarts_of(container);
  return out;
}

json::object render_task_metadata(
    const TaskView& task, const TaskSurroundings& where, MetadataVersion version, bool with_tags
) {
  const auto& row = *task.row;
  const auto& progress = task.progress;
  json::object out;
  out["Cluster"] = on_fargate(row) ? row.cluster_arn : last_part(row.cluster_arn);
  out["TaskARN"] = row.task_arn;
  out["Family"] = task.definition().family.value_or("");
  out["Revision"] = cat(task.definition().revision.value_or(0));
  out["DesiredStatus"] = to_string(row.desired_status);
  out["KnownStatus"] = task_status(task);
  if (auto limits = render_task_limits(task); !limits.empty()) out["Limits"] = std::move(limits);
  if (progress.pull_started_at) out["PullStartedAt"] = time_text(*progress.pull_started_at);
  if (progress.pull_stopped_at) out["PullStoppedAt"] = time_text(*progress.pull_stopped_at);
  if (progress.execution_stopped_at) out["ExecutionStoppedAt"] = time_text(*progress.execution_stopped_at);
  auto zone = where.availability_zone.empty() ? task.settings.availability_zone : where.availability_zone;
  if (!zone.empty()) out["AvailabilityZone"] = zone;
  if (version == MetadataVersion::v4) {
    if (!where.vpc_id.empty()) out["VPCID"] = where.vpc_id;
    if (row.launch_type) out["LaunchType"] = *row.launch_type;
    if (auto service = service_name(task); !service.empty()) out["ServiceName"] = service;
    out["FaultInjectionEnabled"] = false;
  }
  if (with_tags && !where.tags.empty()) {
    json::object tags;
    for (const auto& [key, value] : where.tags) tags[key] = value;
    out["TaskTags"] = std::move(tags);
  }
  json::array containers;
  for (const auto& container : progress.containers) {
    containers.push_back(render_container_metadata(task, container, where, version));
  }
  out["Containers"] = std::move(containers);
  return out;
}

}  // namespace roadstead
