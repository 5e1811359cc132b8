#include "agent/core/network/render_names.h"

#include <algorithm>

#include "agent/core/render/optional_list.h"
#include "agent/core/render/render_volumes.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

/// "mysql:db" is known as "db mysql", "mysql" as "mysql".
std::string names_of_link(std::string_view link) {
  auto colon = link.find(':');
  auto container = link.substr(0, colon);
  auto alias = colon == std::string_view::npos ? container : link.substr(colon + 1);
  return alias == container || alias.empty() ? std::string(container) : cat(alias, " ", container);
}

}  // namespace

std::string names_directory(const AgentSettings& settings, const std::string& task_id) {
  return cat(task_directory(settings, task_id), "/names");
}

std::string render_own_hostname(
    const TaskRow& task, const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container,
    const std::string& runtime_id
) {
  if (task.network) return {};
  if (container.hostname && !container.hostname->empty()) return *container.hostname;
  if (definition.network_mode == ecs::NetworkMode::host) return {};
  return runtime_id.substr(0, 12);
}

NamesDirectory render_names(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition, const TaskProgress& progress
) {
  NamesDirectory names{.path = names_directory(settings, task.task_id)};
  for (const auto& container : list_of(definition.container_definitions)) {
    OwnNames own{.container = container.name.value_or("")};
    const ContainerProgress* here = progress.container(own.container);
    own.hostname = render_own_hostname(task, definition, container, here == nullptr ? "" : here->runtime_id);
    for (const auto& link : list_of(container.links)) own.peers.push_back(names_of_link(link));
    for (const auto& host : list_of(container.extra_hosts)) own.extra_hosts.push_back(cat(host.ip_address, "\t", host.hostname));
    own.dns_servers = list_of(container.dns_servers);
    own.dns_search = list_of(container.dns_search_domains);
    names.containers.push_back(std::move(own));
  }
  return names;
}

}  // namespace roadstead
