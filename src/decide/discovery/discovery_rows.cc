#include "decide/discovery/discovery_rows.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

void count_change(Tx& tx, const std::string& service_id) {
  tx.update<DiscoveryServiceRow>(service_id, [](DiscoveryServiceRow& row) { ++row.instances_revision; });
}

}  // namespace

std::string discovery_id(std::string_view id_or_arn, std::string_view kind) {
  auto arn = parse_arn(id_or_arn);
  if (!arn || arn->service != "servicediscovery" || arn->resource_type() != kind) return std::string(id_or_arn);
  return std::string(arn->resource_path());
}

std::shared_ptr<const NamespaceRow> find_namespace_named(const Reader& rows, std::string_view name_or_arn) {
  if (looks_like_arn(name_or_arn)) {
    auto row = rows.find<NamespaceRow>(discovery_id(name_or_arn, "namespace"));
    return row && row->namespace_arn == name_or_arn ? row : nullptr;
  }
  std::shared_ptr<const NamespaceRow> found;
  rows.for_each<NamespaceRow>([&](const std::shared_ptr<const NamespaceRow>& row) {
    if (equal_ignoring_case(row->namespace_name, name_or_arn)) found = row;
    return !found;
  });
  return found;
}

std::shared_ptr<const DiscoveryServiceRow> find_discovery_service(const Reader& rows, std::string_view id_or_arn) {
  auto row = rows.find<DiscoveryServiceRow>(discovery_id(id_or_arn, "service"));
  if (row && looks_like_arn(id_or_arn) && row->discovery_service_arn != id_or_arn) return nullptr;
  return row;
}

bool is_told_by_dns(const DiscoveryServiceRow& service) {
  return service.dns_config && !service.dns_config->dns_records.empty();
}

bool has_record(const DiscoveryServiceRow& service, servicediscovery::RecordType type) {
  if (!service.dns_config) return false;
  const auto& records = service.dns_config->dns_records;
  return std::ranges::find(records, type, &servicediscovery::DnsRecord::type) != records.end();
}

void put_discovery_instance(Tx& tx, DiscoveryInstanceRow row) {
  auto before = tx.find<DiscoveryInstanceRow>(RowTraits<DiscoveryInstanceRow>::key(row));
  if (before && *before == row) return;
  auto stored = tx.put(std::move(row));
  count_change(tx, stored->discovery_service_id);
}

bool erase_discovery_instance(Tx& tx, const DiscoveryInstanceRow& row) {
  if (!tx.erase<DiscoveryInstanceRow>(RowTraits<DiscoveryInstanceRow>::key(row))) return false;
  count_change(tx, row.discovery_service_id);
  return true;
}

}  // namespace roadstead
