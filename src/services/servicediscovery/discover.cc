#include <algorithm>

#include "base/text/text.h"
#include "services/servicediscovery/health.h"
#include "services/servicediscovery/operations.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

namespace {

using InstancePointer = std::shared_ptr<const DiscoveryInstanceRow>;
using ServicePointer = std::shared_ptr<const DiscoveryServiceRow>;
using Wanted = std::map<std::string, std::string>;

constexpr std::size_t default_instances = 100;

/// The service that two names mean. Errors: NamespaceNotFound, ServiceNotFound.
template <class Request>
Result<ServicePointer> service_by_name(const Reader& rows, const Caller& who, const Request& in) {
  auto space = rows.first(NamespaceRowIndex::by_name, in.namespace_name);
  if (!space || (in.owner_account && *in.owner_account != who.account_id)) {
    return Error{"NamespaceNotFound", cat("There is no namespace with the name ", in.namespace_name, '.')};
  }
  auto service = rows.first(DiscoveryServiceRowIndex::by_name, cat(space->namespace_id, '\n', in.service_name));
  if (service) return service;
  return Error{
      "ServiceNotFound", cat("The namespace ", in.namespace_name, " has no service with the name ", in.service_name, '.')
  };
}

bool has_all(const DiscoveryInstanceRow& row, const Wanted& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& pair) {
    auto found = row.attributes.find(pair.first);
    return found != row.attributes.end() && found->second == pair.second;
  });
}

template <class Predicate>
std::vector<InstancePointer> only(const std::vector<InstancePointer>& rows, Predicate fits) {
  std::vector<InstancePointer> out;
  std::ranges::copy_if(rows, std::back_inserter(out), [&](const InstancePointer& row) { return fits(*row); });
  return out;
}

/// Those of the health that is asked for.
std::vector<InstancePointer> of_health(
    const DiscoveryServiceRow& service, std::vector<InstancePointer> rows, HealthStatusFilter filter
) {
  auto unhealthy = [&](const DiscoveryInstanceRow& row) { return shown_health(service, row) == HealthStatus::unhealthy; };
  auto healthy = [&](const DiscoveryInstanceRow& row) { return !unhealthy(row); };
  if (filter == HealthStatusFilter::all) return rows;
  if (filter == HealthStatusFilter::unhealthy) return only(rows, unhealthy);
  auto good = only(rows, healthy);
  return good.empty() && filter == HealthStatusFilter::healthy_or_else_all ? rows : good;
}

}  // namespace

Result<DiscoverInstancesResponse> discover_instances(Tx& tx, const Caller& who, const DiscoverInstancesRequest& in) {
  auto service = TRY(service_by_name(tx, who, in));
  auto rows = tx.list(DiscoveryInstanceRowIndex::by_service, service->discovery_service_id);
  rows = only(rows, [&](const auto& row) { return has_all(row, in.query_parameters.value_or(Wanted())); });
  auto preferred = only(rows, [&](const auto& row) { return has_all(row, in.optional_parameters.value_or(Wanted())); });
  if (!preferred.empty()) rows = std::move(preferred);
  rows = of_health(*service, std::move(rows), in.health_status.value_or(HealthStatusFilter::healthy_or_else_all));
  auto most = in.max_results ? static_cast<std::size_t>(*in.max_results) : default_instances;
  if (rows.size() > most) rows.resize(most);
  DiscoverInstancesResponse out;
  out.instances.emplace();
  for (const auto& row : rows) {
    HttpInstanceSummary summary;
    summary.instance_id = row->instance_id;
    summary.namespace_name = in.namespace_name;
    summary.service_name = in.service_name;
    summary.health_status = shown_health(*service, *row);
    summary.attributes = row->attributes;
    out.instances->push_back(std::move(summary));
  }
  out.instances_revision = service->instances_revision;
  return out;
}

Result<DiscoverInstancesRevisionResponse> discover_instances_revision(
    Tx& tx, const Caller& who, const DiscoverInstancesRevisionRequest& in
) {
  auto service = TRY(service_by_name(tx, who, in));
  return DiscoverInstancesRevisionResponse{.instances_revision = service->instances_revision};
}

}  // namespace roadstead::servicediscovery
