#include "agent/names/names_view.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"

namespace roadstead {

namespace {

std::optional<std::string> attribute(const DiscoveryInstanceRow& row, const std::string& name) {
  auto found = row.attributes.find(name);
  if (found == row.attributes.end()) return std::nullopt;
  return found->second;
}

NamedInstance named_instance(const DiscoveryInstanceRow& row) {
  return {
      .id = row.instance_id,
      .ipv4 = attribute(row, "AWS_INSTANCE_IPV4"),
      .ipv6 = attribute(row, "AWS_INSTANCE_IPV6"),
      .cname = attribute(row, "AWS_INSTANCE_CNAME"),
      .port = attribute(row, "AWS_INSTANCE_PORT"),
      .healthy = row.health_status != "UNHEALTHY",
  };
}

}  // namespace

NamesView names_view_of(const Reader& rows) {
  NamesView view;
  rows.for_each<NamespaceRow>([&](const NamespaceRow& row) {
    if (row.type == "DNS_PRIVATE") view.private_zones.push_back(to_lower(row.namespace_name));
  });
  rows.for_each<DiscoveryServiceRow>([&](const DiscoveryServiceRow& row) {
    auto space = rows.find<NamespaceRow>(row.namespace_id);
    if (!space || !is_told_by_dns(row)) return;
    ToldName told{.name = to_lower(cat(row.discovery_service_name, '.', space->namespace_name))};
    told.records = row.dns_config->dns_records;
    told.weighted = row.dns_config->routing_policy == servicediscovery::RoutingPolicy::weighted;
    rows.for_each(DiscoveryInstanceRowIndex::by_service, row.discovery_service_id, [&](const DiscoveryInstanceRow& instance) {
      told.instances.push_back(named_instance(instance));
    });
    view.names.push_back(std::move(told));
  });
  std::ranges::sort(view.private_zones);
  std::ranges::sort(view.names, {}, &ToldName::name);
  return view;
}

bool concerns_names(const Change& change) {
  return change.table == RowTraits<NamespaceRow>::table || change.table == RowTraits<DiscoveryServiceRow>::table ||
         change.table == RowTraits<DiscoveryInstanceRow>::table;
}

}  // namespace roadstead
