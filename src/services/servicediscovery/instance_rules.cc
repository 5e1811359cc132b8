#include "services/servicediscovery/instance_rules.h"

#include "base/text/ip_address.h"
#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "services/servicediscovery/name_rules.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

namespace {

constexpr std::size_t most_attributes = 30;
constexpr std::size_t most_characters = 5000;

using Attributes = std::map<std::string, std::string>;

bool is_port(std::string_view text) {
  auto number = to_number<int>(text);
  return number && *number >= 1 && *number <= 65535;
}

bool is_health(std::string_view text) { return text == "HEALTHY" || text == "UNHEALTHY"; }

constexpr struct {
  std::string_view name;
  bool (*is_good)(std::string_view);
  std::string_view wanted;
} known_attributes[] = {
    {"AWS_INSTANCE_IPV4", is_ipv4, "an IPv4 address"},
    {"AWS_INSTANCE_IPV6", is_ipv6, "an IPv6 address"},
    {"AWS_INSTANCE_PORT", is_port, "a port from 1 to 65535"},
    {"AWS_INSTANCE_CNAME", is_host_name, "a host name"},
    {"AWS_INIT_HEALTH_STATUS", is_health, "HEALTHY or UNHEALTHY"},
};

Status check_values(const Attributes& attributes) {
  std::size_t size = 0;
  for (const auto& [key, value] : attributes) size += key.size() + value.size();
  if (attributes.size() > most_attributes || size > most_characters) {
    return invalid_input("An instance has at most 30 attributes, of 5000 characters together.");
  }
  for (const auto& known : known_attributes) {
    auto found = attributes.find(std::string(known.name));
    if (found == attributes.end() || known.is_good(found->second)) continue;
    return invalid_input(cat(known.name, " must be ", known.wanted, "; it is ", found->second, '.'));
  }
  for (std::string_view name : {"AWS_ALIAS_DNS_NAME", "AWS_EC2_INSTANCE_ID"}) {
    if (!attributes.contains(std::string(name))) continue;
    return invalid_input(cat(name, " is not supported: there is no Route 53 and no EC2 here. Give AWS_INSTANCE_IPV4."));
  }
  return Done{};
}

Error missing(const DiscoveryServiceRow& service, std::string_view record, std::string_view attribute) {
  return invalid_input(cat("The service ", service.discovery_service_id, " has ", record, " records: the instance needs ", attribute, '.'));
}

}  // namespace

Status check_attributes(const DiscoveryServiceRow& service, const Attributes& attributes) {
  TRY(check_values(attributes));
  bool ipv4 = attributes.contains("AWS_INSTANCE_IPV4");
  bool ipv6 = attributes.contains("AWS_INSTANCE_IPV6");
  bool a = has_record(service, RecordType::a);
  bool aaaa = has_record(service, RecordType::aaaa);
  // Of two kinds of addresses one will do.
  if (a && !ipv4 && !(aaaa && ipv6)) return missing(service, "A", "AWS_INSTANCE_IPV4");
  if (aaaa && !ipv6 && !(a && ipv4)) return missing(service, "AAAA", "AWS_INSTANCE_IPV6");
  if (has_record(service, RecordType::srv)) {
    if (!attributes.contains("AWS_INSTANCE_PORT")) return missing(service, "SRV", "AWS_INSTANCE_PORT");
    if (!ipv4 && !ipv6) return missing(service, "SRV", "AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6");
  }
  if (has_record(service, RecordType::cname) && !attributes.contains("AWS_INSTANCE_CNAME")) {
    return missing(service, "CNAME", "AWS_INSTANCE_CNAME");
  }
  if (attributes.contains("AWS_INIT_HEALTH_STATUS") && !service.health_check_custom_config) {
    return invalid_input("AWS_INIT_HEALTH_STATUS needs a service with HealthCheckCustomConfig.");
  }
  return Done{};
}

}  // namespace roadstead::servicediscovery
