#include "decide/discovery/connect_endpoints.h"

#include <algorithm>

#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/id/id.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/placement/cidr.h"

namespace roadstead {

namespace {

constexpr std::uint32_t addresses = (1U << (32 - connect_prefix)) - 2;

std::string key_of(const ConnectEndpointRow& row) { return RowTraits<ConnectEndpointRow>::key(row); }

/// The first free address from the one that the name has by its hash.
std::optional<std::string> free_address(const Reader& rows, const ConnectEndpointRow& row) {
  auto digits = sha256_hex(cat(row.namespace_id, '\n', row.discovery_name)).substr(0, 6);
  std::uint32_t start = 0;
  for (char digit : digits) start = start * 16 + static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  for (std::uint32_t tried = 0; tried < addresses; ++tried) {
    auto address = format_address(connect_network + 1 + (start + tried) % addresses);
    if (rows.count(ConnectEndpointRowIndex::by_address, address) == 0) return address;
  }
  return std::nullopt;
}

/// The service of Cloud Map that stands for an endpoint: found by programs that ask for instances, told by no DNS.
std::string make_discovery_service(Tx& tx, const ConnectEndpointRow& endpoint) {
  DiscoveryServiceRow row;
  row.discovery_service_id = cat("srv-", to_lower(new_base32(tx.ids(), 16)));
  auto arn = parse_arn(endpoint.service_arn).value_or(Arn{});
  arn.service = "servicediscovery";
  arn.resource = cat("service/", row.discovery_service_id);
  row.discovery_service_arn = to_string(arn);
  row.discovery_service_name = endpoint.discovery_name;
  row.namespace_id = endpoint.namespace_id;
  row.description = cat("Managed by Amazon ECS for Service Connect of ", endpoint.service_arn);
  row.type = "HTTP";
  row.health_check_custom_config = servicediscovery::HealthCheckCustomConfig{.failure_threshold = 1};
  row.created_at = tx.now();
  return tx.put(std::move(row))->discovery_service_id;
}

void remove_endpoint(Tx& tx, const ConnectEndpointRow& row) {
  for (const auto& instance : tx.list(DiscoveryInstanceRowIndex::by_service, row.discovery_service_id)) {
    tx.erase<DiscoveryInstanceRow>(RowTraits<DiscoveryInstanceRow>::key(*instance));
  }
  tx.erase<DiscoveryServiceRow>(row.discovery_service_id);
  tx.erase<ConnectEndpointRow>(key_of(row));
}

void put_endpoint(Tx& tx, ConnectEndpointRow row) {
  auto before = tx.find<ConnectEndpointRow>(key_of(row));
  if (before && before->service_arn != row.service_arn) {
    log_warning("connect.name_taken", {{"service", row.service_arn}, {"name", row.discovery_name}, {"by", before->service_arn}});
    return;
  }
  if (before) {
    row.address = before->address;
    row.discovery_service_id = before->discovery_service_id;
    row.created_at = before->created_at;
    if (!(row == *before)) tx.put(std::move(row));
    return;
  }
  auto address = free_address(tx, row);
  if (!address) {
    log_warning("connect.no_address", {{"service", row.service_arn}, {"name", row.discovery_name}});
    return;
  }
  row.address = *address;
  row.discovery_service_id = make_discovery_service(tx, row);
  row.created_at = tx.now();
  tx.put(std::move(row));
}

std::vector<ConnectEndpointRow> wanted_endpoints(const Reader& rows, const std::string& service_arn) {
  auto service = rows.find<ServiceRow>(service_arn);
  auto revision = service && service->status == "ACTIVE" ? rows.find<ServiceRevisionRow>(service->primary_revision_arn) : nullptr;
  auto space = revision ? connect_namespace_id(*revision) : std::nullopt;
  auto row = space ? rows.find<NamespaceRow>(*space) : nullptr;
  auto definition = row ? rows.find<TaskDefinitionRow>(revision->task_definition_arn) : nullptr;
  if (!definition) return {};
  return plan_connect_endpoints(*revision, definition->definition, row->namespace_name);
}

}  // namespace

std::optional<ConnectPort> find_connect_port(const ecs::TaskDefinition& definition, std::string_view port_name) {
  if (!definition.container_definitions) return std::nullopt;
  for (const auto& container : *definition.container_definitions) {
    if (!container.port_mappings) continue;
    auto is_it = [&](const ecs::PortMapping& mapping) { return mapping.name && *mapping.name == port_name; };
    auto port = std::ranges::find_if(*container.port_mappings, is_it);
    if (port == container.port_mappings->end() || !port->container_port) continue;
    auto protocol = port->app_protocol ? std::string(to_string(*port->app_protocol)) : std::string("tcp");
    return ConnectPort{container.name.value_or(""), *port->container_port, protocol};
  }
  return std::nullopt;
}

std::string connect_discovery_name(const ecs::ServiceConnectService& service) {
  return service.discovery_name.value_or(service.port_name);
}

std::vector<std::string> connect_dns_names(const ecs::ServiceConnectService& service, std::string_view namespace_name) {
  auto suffix = cat('.', namespace_name);
  const auto* alias = service.client_aliases && !service.client_aliases->empty() ? &service.client_aliases->front() : nullptr;
  if (alias == nullptr || !alias->dns_name) return {cat(connect_discovery_name(service), suffix)};
  std::vector<std::string> names{*alias->dns_name};
  if (!alias->dns_name->ends_with(suffix)) names.push_back(cat(*alias->dns_name, suffix));
  return names;
}

std::optional<std::string> connect_namespace_id(const ServiceRevisionRow& revision) {
  const auto& configuration = revision.service_connect_configuration;
  if (!configuration || !configuration->enabled || !configuration->namespace_) return std::nullopt;
  return discovery_id(*configuration->namespace_, "namespace");
}

std::vector<ConnectEndpointRow> plan_connect_endpoints(
    const ServiceRevisionRow& revision, const ecs::TaskDefinition& definition, std::string_view namespace_name
) {
  std::vector<ConnectEndpointRow> out;
  auto space = connect_namespace_id(revision);
  if (!space || !revision.service_connect_configuration->services) return out;
  for (const auto& service : *revision.service_connect_configuration->services) {
    auto port = find_connect_port(definition, service.port_name);
    if (!port) continue;
    ConnectEndpointRow row{.namespace_id = *space, .discovery_name = connect_discovery_name(service)};
    row.service_arn = revision.service_arn;
    row.port_name = service.port_name;
    row.target_port = port->container_port;
    row.protocol = port->protocol;
    row.dns_names = connect_dns_names(service, namespace_name);
    bool aliased = service.client_aliases && !service.client_aliases->empty();
    row.port = aliased ? service.client_aliases->front().port : port->container_port;
    if (service.timeout) {
      row.idle_timeout_seconds = service.timeout->idle_timeout_seconds;
      row.per_request_timeout_seconds = service.timeout->per_request_timeout_seconds;
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::shared_ptr<const ConnectEndpointRow> find_connect_endpoint(
    const Reader& rows, const std::string& namespace_id, const std::string& discovery_name
) {
  return rows.find<ConnectEndpointRow>(key_of({.namespace_id = namespace_id, .discovery_name = discovery_name}));
}

void keep_connect_endpoints(Tx& tx, const std::string& service_arn) {
  auto wanted = wanted_endpoints(tx, service_arn);
  for (const auto& row : tx.list(ConnectEndpointRowIndex::by_service, service_arn)) {
    bool stays = std::ranges::any_of(wanted, [&](const auto& other) { return key_of(other) == key_of(*row); });
    if (!stays) remove_endpoint(tx, *row);
  }
  for (auto& row : wanted) put_endpoint(tx, std::move(row));
}

}  // namespace roadstead
