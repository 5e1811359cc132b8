// The rows of Cloud Map: how they are found, and how an instance comes and goes. The API and the planner of ECS tasks share
// it, so that the revision of a service's instances grows whoever changes them. State thread.
// Source: reference/neighbour-apis.md §7.14.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// The longest "<service>.<namespace>" that nodes can tell: of the 253 characters of a name, room is left for the label of an
/// instance in front (32) and for the zone that the names are kept in behind (agent/names).
constexpr std::size_t longest_told_name = 215;

/// The id in "arn:aws:servicediscovery:…:service/srv-…" or in "srv-…" itself; `kind` is "service" or "namespace". A text that
/// is neither stays as it is, so that nothing is found by it.
std::string discovery_id(std::string_view id_or_arn, std::string_view kind);

/// The namespace that a name or ARN names, or null. Names are the same whatever their case.
std::shared_ptr<const NamespaceRow> find_namespace_named(const Reader& rows, std::string_view name_or_arn);

/// The service that an id or ARN names, or null.
std::shared_ptr<const DiscoveryServiceRow> find_discovery_service(const Reader& rows, std::string_view id_or_arn);

/// Whether names of the service are told by DNS.
bool is_told_by_dns(const DiscoveryServiceRow& service);

/// Whether the service's names have a record of this type.
bool has_record(const DiscoveryServiceRow& service, servicediscovery::RecordType type);

/// Stores an instance, new or in place of the one there, and counts the change. Nothing happens when it is there already.
void put_discovery_instance(Tx& tx, DiscoveryInstanceRow row);

/// Takes an instance away and counts the change; false when there is none.
bool erase_discovery_instance(Tx& tx, const DiscoveryInstanceRow& row);

}  // namespace roadstead
