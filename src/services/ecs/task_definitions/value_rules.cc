#include "services/ecs/task_definitions/value_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/id/arn.h"
#include "base/text/ip_address.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

bool has_zero(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// "/data" and "/data/" are one place.
std::string place_of(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool is_absolute(std::string_view path, bool windows) {
  return path.starts_with('/') || (windows && path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/'));
}

Status check_hosts(const ContainerDefinition& container) {
  if (!container.extra_hosts) return Done{};
  for (const auto& host : *container.extra_hosts) {
    if (host.hostname.empty()) return client_error(cat("Invalid 'extraHosts' setting for container '", *container.name, "'. hostname must not be empty."));
    if (is_ipv4(host.ip_address) || is_ipv6(host.ip_address)) continue;
    return client_error(cat("Invalid 'extraHosts' setting for container '", *container.name, "'. '", host.ip_address, "' is no IP address."));
  }
  return Done{};
}

Status check_mounts(const ContainerDefinition& container, bool windows) {
  if (!container.mount_points) return Done{};
  std::set<std::string> taken;
  for (const auto& mount : *container.mount_points) {
    auto path = mount.container_path.value_or("");
    if (path.empty()) continue;  // refused with the volume's name, by container_rules
    if (!is_absolute(path, windows) || has_zero(path)) {
      return client_error(cat("Invalid 'mountPoints' setting for container '", *container.name, "'. containerPath '", path, "' must be an absolute path."));
    }
    if (taken.insert(place_of(path)).second) continue;
    return client_error(cat("Invalid 'mountPoints' setting for container '", *container.name, "'. containerPath '", path, "' is used twice."));
  }
  return Done{};
}

/// What IAM takes as the name of a role, with its path before it.
bool is_role_name(std::string_view name) {
  auto fits = [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("_+=,.@-/").find(c) != std::string_view::npos;
  };
  return !name.empty() && !name.ends_with('/') && std::ranges::all_of(name, fits);
}

}  // namespace

Status check_environment(const std::optional<std::vector<KeyValuePair>>& environment, std::string_view container) {
  if (!environment) return Done{};
  auto refused = [&](std::string what) { return client_error(cat("Invalid 'environment' setting for container '", container, "'. ", what)); };
  for (const auto& variable : *environment) {
    auto name = variable.name.value_or("");
    if (name.empty()) return refused("Each variable must have a name.");
    if (name.find('=') != std::string::npos) return refused(cat("The name '", name, "' must not contain '='."));
    if (has_zero(name) || has_zero(variable.value.value_or(""))) return refused("Names and values must not contain zero bytes.");
  }
  return Done{};
}

Status check_values(const ContainerDefinition& container, bool windows) {
  TRY(check_environment(container.environment, *container.name));
  TRY(check_hosts(container));
  return check_mounts(container, windows);
}

Status check_host_ports(const TaskDefinition& definition) {
  std::set<std::pair<std::int32_t, TransportProtocol>> taken;
  for (const auto& container : *definition.container_definitions) {
    if (!container.port_mappings) continue;
    for (const auto& port : *container.port_mappings) {
      auto number = port.host_port.value_or(0);
      auto protocol = port.protocol.value_or(TransportProtocol::tcp);
      if (number == 0 || taken.emplace(number, protocol).second) continue;
      return client_error(cat("Host port ", number, '/', to_string(protocol), " is used twice in the task definition."));
    }
  }
  return Done{};
}

Status complete_role(std::optional<std::string>& role, std::string_view member, std::string_view account_id) {
  if (!role) return Done{};
  if (role->empty()) {
    role.reset();
    return Done{};
  }
  bool named = !looks_like_arn(*role);
  if (named) role = cat("arn:aws:iam::", account_id, ":role/", *role);
  auto arn = parse_arn(*role);
  if (arn && arn->service == "iam" && arn->resource.starts_with("role/") && is_role_name(arn->resource_path())) return Done{};
  auto given = named ? std::string(arn ? arn->resource_path() : std::string_view()) : *role;
  return client_error(cat("Role is not valid: ", member, " '", given, "' must be the name or the ARN of an IAM role, such as arn:aws:iam::", account_id, ":role/NAME."));
}

}  // namespace roadstead::ecs
