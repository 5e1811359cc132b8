#include "services/ecs/services/registry_rules.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

using servicediscovery::RecordType;

Error not_needed(std::string_view member) {
  return invalid_parameter(cat("The values specified for serviceRegistries do not require a value for '", member,
                               "'. Remove this value and try again."));
}

/// Errors: InvalidParameterException when the container or its port is not in the definition.
Status check_container(const ServiceRegistry& registry, const TaskDefinition& definition) {
  if (!registry.container_name || !registry.container_port) {
    return invalid_parameter("The values specified for serviceRegistries require both 'containerName' and 'containerPort'.");
  }
  const auto& containers = *definition.container_definitions;
  auto container = std::ranges::find(containers, registry.container_name, &ContainerDefinition::name);
  if (container == containers.end()) {
    return invalid_parameter(cat("The container ", *registry.container_name, " does not exist in the task definition."));
  }
  auto has_port = [&](const PortMapping& port) { return port.container_port == registry.container_port; };
  if (container->port_mappings && std::ranges::any_of(*container->port_mappings, has_port)) return Done{};
  return invalid_parameter(cat("The container ", *registry.container_name, " did not have a container port ", *registry.container_port, " defined."));
}

/// With awsvpc every task has an address of its own, so only SRV records are about ports.
Status check_own_address(const ServiceRegistry& registry, const DiscoveryServiceRow& service, const TaskDefinition& definition) {
  bool container_given = registry.container_name || registry.container_port;
  if (has_record(service, RecordType::srv)) {
    if (registry.port && container_given) {
      return invalid_parameter("The values specified for serviceRegistries are either 'port', or 'containerName' and 'containerPort'. Remove one.");
    }
    if (registry.port) return Done{};
    return check_container(registry, definition);
  }
  if (is_told_by_dns(service)) {
    if (registry.container_name) return not_needed("containerName");
    if (registry.container_port) return not_needed("containerPort");
    if (registry.port) return not_needed("port");
  }
  return container_given ? check_container(registry, definition) : Status(Done{});
}

Status check_registry(const Reader& rows, const ServiceRegistry& registry, const TaskDefinition& definition) {
  auto service = find_discovery_service(rows, registry.registry_arn.value_or(""));
  if (!service || service->discovery_service_arn != registry.registry_arn) {
    return invalid_parameter(cat("The service registry ", registry.registry_arn.value_or(""),
                                 " does not exist. Give the ARN of a service of Cloud Map."));
  }
  if (has_record(*service, RecordType::cname)) {
    return invalid_parameter("Service registries with CNAME records are not supported. Use a service with A, AAAA or SRV records.");
  }
  auto mode = definition.network_mode.value_or(NetworkMode::bridge);
  if (mode == NetworkMode::none) {
    return invalid_parameter("Service registries are not supported for task definitions with network mode 'none'.");
  }
  if (mode == NetworkMode::awsvpc) return check_own_address(registry, *service, definition);
  if (registry.port) return not_needed("port");
  if (is_told_by_dns(*service) && !has_record(*service, RecordType::srv)) {
    return invalid_parameter(cat("When specifying a task definition with network mode '", to_string(mode),
                                 "', only service registries with SRV records are supported."));
  }
  return check_container(registry, definition);
}

}  // namespace

Status check_service_registries(const Reader& rows, const std::vector<ServiceRegistry>& registries, const TaskDefinition& definition) {
  if (registries.size() > 1) return invalid_parameter("A service can have at most one service registry.");
  for (const auto& registry : registries) TRY(check_registry(rows, registry, definition));
  return Done{};
}

}  // namespace roadstead::ecs
