#include "agent/core/render/render_connect.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {
namespace {

/// Whether a rule is about connections to a port.
bool covers(const SecurityRule& rule, int port) {
  if (rule.protocol == "-1") return true;
  return (rule.protocol == "tcp" || rule.protocol == "6") && rule.from_port <= port && port <= rule.to_port;
}

/// The groups of a revision's tasks: those it names, or the default one.
std::vector<std::string> groups_of(const ServiceRevisionRow& revision, const SecurityGroupRows& groups) {
  const auto& own = revision.network_configuration->awsvpc_configuration;
  if (own && own->security_groups && !own->security_groups->empty()) return *own->security_groups;
  std::vector<std::string> ids;
  for (const auto& [id, row] : groups) {
    if (row->group_name == "default") ids.push_back(id);
  }
  return ids;
}

}  // namespace

std::vector<std::string> render_connect_hosts(const EndpointRows& endpoints, const std::string& namespace_id) {
  std::vector<std::string> lines;
  for (const auto& [key, endpoint] : endpoints) {
    if (endpoint->namespace_id != namespace_id) continue;
    for (const auto& name : endpoint->dns_names) lines.push_back(cat(endpoint->address, "\t", name));
  }
  return lines;
}

ConnectEndpoint render_connect_endpoint(
    const ConnectEndpointRow& endpoint, const ServiceRevisionRow* revision, const SecurityGroupRows& groups
) {
  ConnectEndpoint out{.address = endpoint.address, .port = static_cast<std::uint16_t>(endpoint.port), .namespace_id = endpoint.namespace_id};
  if (revision == nullptr) return out;
  // Tasks without an address of their own are governed by no group.
  if (!revision->network_configuration) {
    out.sources.push_back({});
    return out;
  }
  for (const auto& id : groups_of(*revision, groups)) {
    auto group = groups.find(id);
    if (group == groups.end()) continue;
    for (const auto& rule : group->second->ingress) {
      SecurityGroupRule source{.cidr = rule.cidr.value_or(""), .group_id = rule.group_id.value_or("")};
      bool known = std::ranges::find(out.sources, source) != out.sources.end();
      if (covers(rule, endpoint.target_port) && !known) out.sources.push_back(std::move(source));
    }
  }
  return out;
}

}  // namespace roadstead
