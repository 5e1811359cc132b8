// Endpoints of Service Connect: which ones a service is to have, and keeping it so.
//
//   PRIMARY revision of an ACTIVE service ─► plan_connect_endpoints ─► rows, each with an address and a service of Cloud Map
//   another PRIMARY revision, or the service is deleted ─► what is not planned any more goes, with its instances
//
// An endpoint's address is the same on every node and never a task's; the same name gets the same address again, so that
// clients whose /etc/hosts was written before still find it. What answers there: proxy/render. State thread.
// Source: reference/ecs-core.md §9.2; docs/adr/0018.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Where endpoints get their addresses; the nodes keep all of it to themselves (agent/sandbox). Away from 169.254.169.x and
/// 169.254.170.2, where containers ask for metadata and credentials, and from the gateway of tasks, 169.254.1.1.
inline constexpr std::uint32_t connect_network = 0xa9feb000;  // 169.254.176.0
inline constexpr int connect_prefix = 20;

/// A named port of a task definition.
struct ConnectPort {
  std::string container_name;
  int container_port = 0;
  std::string protocol;  // http, http2, grpc or tcp

  bool operator==(const ConnectPort&) const = default;
};

/// The port mapping of that name, or nothing.
std::optional<ConnectPort> find_connect_port(const ecs::TaskDefinition& definition, std::string_view port_name);

/// The name in Cloud Map: discoveryName, or else the name of the port.
std::string connect_discovery_name(const ecs::ServiceConnectService& service);

/// The names that clients use: with an alias its dnsName, short and in the namespace, else "<discoveryName>.<namespace>".
std::vector<std::string> connect_dns_names(const ecs::ServiceConnectService& service, std::string_view namespace_name);

/// The namespace that the tasks of a revision are in; nothing without Service Connect.
std::optional<std::string> connect_namespace_id(const ServiceRevisionRow& revision);

/// The endpoints that a revision offers, without address, discoveryServiceId and createdAt. Entries whose port the definition
/// does not name are left out. Pure.
std::vector<ConnectEndpointRow> plan_connect_endpoints(
    const ServiceRevisionRow& revision, const ecs::TaskDefinition& definition, std::string_view namespace_name
);

/// The endpoint of that name in a namespace, or null.
std::shared_ptr<const ConnectEndpointRow> find_connect_endpoint(
    const Reader& rows, const std::string& namespace_id, const std::string& discovery_name
);

/// Makes a service's endpoints what its PRIMARY revision wants; none unless the service is ACTIVE. To be called whenever either
/// changes. A name that another service has meanwhile is left to it.
void keep_connect_endpoints(Tx& tx, const std::string& service_arn);

}  // namespace roadstead
