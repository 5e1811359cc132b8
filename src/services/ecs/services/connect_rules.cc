#include "services/ecs/services/connect_rules.h"

#include <algorithm>
#include <set>

#include "base/id/arn.h"
#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/discovery/connect_endpoints.h"
#include "decide/discovery/discovery_rows.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t longest_discovery_name = 64;
constexpr std::size_t longest_dns_name = 127;
constexpr std::size_t longest_namespace_name = 1024;
constexpr std::size_t most_aliases = 1;
constexpr int longest_timeout_seconds = 2'147'483;  // the proxy counts milliseconds in 31 bits

Error unsupported(std::string message) { return {"UnsupportedFeatureException", std::move(message)}; }

Error not_found(const std::string& name) {
  return {"NamespaceNotFoundException", cat("The namespace ", name, " was not found.")};
}

bool is_label_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

bool is_discovery_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_discovery_name && name.front() != '-' && std::ranges::all_of(name, is_label_character);
}

/// What /etc/hosts and a client can carry.
bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > longest_dns_name) return false;
  return std::ranges::all_of(split(name, '.'), [](std::string_view label) {
    bool plain = std::ranges::all_of(label, is_label_character);
    return plain && !label.empty() && label.size() <= 63 && label.front() != '-';
  });
}

Status check_port_number(int port, std::string_view member) {
  if (port >= 1 && port <= 65535) return Done{};
  return invalid_parameter(cat(member, " must be between 1 and 65535."));
}

Status check_timeout(const std::optional<std::int32_t>& value, std::string_view member) {
  if (!value || (*value >= 0 && *value <= longest_timeout_seconds)) return Done{};
  return invalid_parameter(cat(member, " must be between 0 and ", longest_timeout_seconds, " seconds."));
}

Status check_timeouts(const ServiceConnectService& service, const ConnectPort& port) {
  if (!service.timeout) return Done{};
  TRY(check_timeout(service.timeout->idle_timeout_seconds, "idleTimeoutSeconds"));
  TRY(check_timeout(service.timeout->per_request_timeout_seconds, "perRequestTimeoutSeconds"));
  if (port.protocol == "tcp" && service.timeout->per_request_timeout_seconds) {
    return invalid_parameter(cat("perRequestTimeoutSeconds is only for ports with an appProtocol; portName(", service.port_name,
                                 ") has none. Remove it, or set appProtocol in the task definition."));
  }
  return Done{};
}

Status check_aliases(const ServiceConnectService& service) {
  if (!service.client_aliases) return Done{};
  const auto& aliases = *service.client_aliases;
  if (aliases.size() > most_aliases) {
    return invalid_parameter(cat(aliases.size(), " clientAliases exceeds the max limit of ", most_aliases, "."));
  }
  for (const auto& alias : aliases) {
    TRY(check_port_number(alias.port, "The port of a clientAlias"));
    if (alias.test_traffic_rules) {
      return unsupported("testTrafficRules are not supported: deployments of services with Service Connect endpoints are rolling. Remove testTrafficRules.");
    }
  }
  return Done{};
}

Status check_service(const ServiceConnectService& service, const TaskDefinition& definition, std::string_view namespace_name) {
  auto port = find_connect_port(definition, service.port_name);
  if (!port) {
    return invalid_parameter(cat("portName(", service.port_name,
                                 ") does not refer to any named PortMapping in the container definitions of the task definition."));
  }
  if (service.tls) {
    return unsupported("TLS of Service Connect is not supported: there is no AWS Private Certificate Authority here. Remove tls.");
  }
  auto name = connect_discovery_name(service);
  if (!is_discovery_name(name)) {
    return invalid_parameter(cat("The discoveryName ", name, " is invalid. It must be 1 to 64 lowercase letters, digits, underscores "
                                 "and hyphens, and must not start with a hyphen."));
  }
  if (service.ingress_port_override) TRY(check_port_number(*service.ingress_port_override, "ingressPortOverride"));
  TRY(check_aliases(service));
  TRY(check_timeouts(service, *port));
  const auto named = connect_dns_names(service, namespace_name).front();
  if (is_dns_name(named)) return Done{};
  return invalid_parameter(cat("The DNS name that you provided is invalid: ", named, ". It must be at most 127 characters long: lowercase "
                               "letters, digits, underscores and hyphens with dots between, and no part may start with a hyphen."));
}

/// Names in the namespace are this service's or nobody's.
Status check_names_free(const Reader& rows, const ServiceRevisionRow& revision, const std::vector<ConnectEndpointRow>& wanted) {
  std::set<std::string> taken;
  rows.for_each<ConnectEndpointRow>([&](const ConnectEndpointRow& row) {
    bool other = row.namespace_id == connect_namespace_id(revision) && row.service_arn != revision.service_arn;
    if (other) taken.insert(row.dns_names.begin(), row.dns_names.end());
  });
  std::set<std::string> names;
  for (const auto& endpoint : wanted) {
    const auto& name = endpoint.discovery_name;
    if (!names.insert(name).second) return invalid_parameter(cat("The discoveryName ", name, " is given twice. Names must be unique."));
    auto found = find_connect_endpoint(rows, endpoint.namespace_id, name);
    bool mine = found && found->service_arn == revision.service_arn;
    bool in_cloud_map = false;
    rows.for_each(DiscoveryServiceRowIndex::by_namespace, endpoint.namespace_id, [&](const DiscoveryServiceRow& row) {
      in_cloud_map = in_cloud_map || equal_ignoring_case(row.discovery_service_name, name);
    });
    if (!mine && (found || in_cloud_map)) {
      return invalid_parameter(cat("The discoveryName ", name, " is in use in the namespace already. Give another discoveryName."));
    }
    for (const auto& dns_name : endpoint.dns_names) {
      if (taken.insert(dns_name).second) continue;
      return invalid_parameter(cat("The dnsName ", dns_name, " is in use in the namespace already. Give another dnsName in clientAliases."));
    }
  }
  return Done{};
}

}  // namespace

Result<ServiceConnectConfiguration> resolve_connect(
    const Reader& rows, const ClusterRow& cluster, const ServiceConnectConfiguration& given
) {
  if (!given.enabled) return given;
  auto name = given.namespace_.value_or("");
  if (name.empty() && cluster.service_connect_defaults) name = cluster.service_connect_defaults->namespace_.value_or("");
  if (name.empty()) {
    return invalid_parameter("Namespace is missing. Give a namespace in serviceConnectConfiguration, or the cluster a default one in serviceConnectDefaults.");
  }
  auto row = find_namespace_named(rows, name);
  if (!row) return not_found(name);
  auto out = given;
  out.namespace_ = row->namespace_arn;
  return out;
}

Status check_connect(
    const Reader& rows, const ServiceRevisionRow& revision, const TaskDefinition& definition,
    const std::optional<DeploymentConfiguration>& deployment
) {
  auto space = connect_namespace_id(revision);
  auto row = space ? rows.find<NamespaceRow>(*space) : nullptr;
  if (space && !row) return not_found(*revision.service_connect_configuration->namespace_);
  if (!row) return Done{};
  const auto& configuration = *revision.service_connect_configuration;
  auto mode = definition.network_mode.value_or(NetworkMode::bridge);
  if (mode == NetworkMode::host || mode == NetworkMode::none) {
    return invalid_parameter(cat("Service Connect is not supported for task definitions with network mode '", to_string(mode),
                                 "'. Use awsvpc or bridge."));
  }
  if (configuration.access_log_configuration) {
    return unsupported("Access logs of Service Connect are not supported. Remove accessLogConfiguration.");
  }
  if (!configuration.services || configuration.services->empty()) return Done{};
  bool rolling = !deployment || deployment->strategy.value_or(DeploymentStrategy::rolling) == DeploymentStrategy::rolling;
  if (!rolling) {
    return unsupported(cat("The deployment strategy ", to_string(*deployment->strategy),
                           " is not supported for services with Service Connect endpoints. Use ROLLING."));
  }
  for (const auto& service : *configuration.services) TRY(check_service(service, definition, row->namespace_name));
  return check_names_free(rows, revision, plan_connect_endpoints(revision, definition, row->namespace_name));
}

std::vector<ServiceConnectServiceResource> connect_resources(const Reader& rows, const ServiceRevisionRow& revision) {
  std::vector<ServiceConnectServiceResource> out;
  auto space = connect_namespace_id(revision);
  if (!space || !revision.service_connect_configuration->services) return out;
  for (const auto& service : *revision.service_connect_configuration->services) {
    auto endpoint = find_connect_endpoint(rows, *space, connect_discovery_name(service));
    if (!endpoint || endpoint->service_arn != revision.service_arn) continue;
    auto discovery = rows.find<DiscoveryServiceRow>(endpoint->discovery_service_id);
    if (discovery) out.push_back({.discovery_name = endpoint->discovery_name, .discovery_arn = discovery->discovery_service_arn});
  }
  return out;
}

Result<std::string> default_namespace(Tx& tx, const Caller& who, const std::string& name_or_arn) {
  if (auto found = find_namespace_named(tx, name_or_arn)) return found->namespace_arn;
  if (looks_like_arn(name_or_arn)) return not_found(name_or_arn);
  bool printable = std::ranges::all_of(name_or_arn, [](char c) { return c >= '!' && c <= '~'; });
  if (!printable || name_or_arn.size() > longest_namespace_name) {
    return invalid_parameter("The namespace of serviceConnectDefaults must be 1 to 1024 printable characters without spaces.");
  }
  NamespaceRow row{.namespace_id = cat("ns-", to_lower(new_base32(tx.ids(), 16))), .namespace_name = name_or_arn};
  Arn arn{.partition = who.partition, .service = "servicediscovery", .region = who.region, .account = who.account_id};
  arn.resource = cat("namespace/", row.namespace_id);
  row.namespace_arn = to_string(arn);
  row.type = "HTTP";
  row.created_at = tx.now();
  return tx.put(std::move(row))->namespace_arn;
}

}  // namespace roadstead::ecs
