#include "services/servicediscovery/service_rules.h"

#include <algorithm>

#include "base/text/text.h"
#include "services/servicediscovery/name_rules.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

Status check_records(const std::vector<DnsRecord>& records, RoutingPolicy routing) {
  auto count = [&](RecordType type) { return std::ranges::count(records, type, &DnsRecord::type); };
  if (records.empty()) return invalid_input("DnsConfig needs at least one DnsRecord. For none, leave it out and use the type HTTP.");
  for (const auto& record : records) {
    if (count(record.type) > 1) return invalid_input(cat("There is more than one DnsRecord of type ", to_string(record.type), '.'));
  }
  bool addresses = count(RecordType::a) + count(RecordType::aaaa) == static_cast<std::ptrdiff_t>(records.size());
  if (!addresses && records.size() > 1) {
    return invalid_input("DnsRecords must be A, AAAA, A and AAAA, SRV, or CNAME. SRV and CNAME stand alone.");
  }
  if (count(RecordType::cname) > 0 && routing != RoutingPolicy::weighted) {
    return invalid_input("A DnsRecord of type CNAME needs the RoutingPolicy WEIGHTED.");
  }
  return Done{};
}

Status check_health_checks(const std::optional<HealthCheckConfig>& config) {
  if (!config) return Done{};
  return invalid_input("HealthCheckConfig asks for health checks by Route 53, which are not carried out here. Use HealthCheckCustomConfig.");
}

Status check_service(const CreateServiceRequest& in, const NamespaceRow& space) {
  bool http = space.type == to_string(NamespaceType::http) || in.type == ServiceTypeOption::http;
  TRY(check_health_checks(in.health_check_config));
  TRY(check_service_name(in.name, http ? std::string() : cat(in.name, '.', space.namespace_name)));
  if (http && in.dns_config) {
    return invalid_input("DnsConfig cannot be given for a service of type HTTP or in an HTTP namespace: DNS does not tell its names.");
  }
  if (http) return Done{};
  if (!in.dns_config) return invalid_input("A service in a DNS namespace needs a DnsConfig, or the type HTTP.");
  return check_records(in.dns_config->dns_records, in.dns_config->routing_policy.value_or(RoutingPolicy::multivalue));
}

}  // namespace roadstead::servicediscovery
