// What a service of Cloud Map may be. Pure. Source: AWS's reference of CreateService.
#pragma once

#include <optional>
#include <vector>

#include "api/servicediscovery/shapes/create_service_request.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"

namespace roadstead::servicediscovery {

/// Refuses records that do not go together: one each of A, AAAA, A and AAAA, SRV, or CNAME with WEIGHTED routing.
/// Errors: InvalidInput.
Status check_records(const std::vector<DnsRecord>& records, RoutingPolicy routing);

/// Refuses what the namespace's type does not allow, and the health checks that only Route 53 carries out.
/// Errors: InvalidInput.
Status check_service(const CreateServiceRequest& in, const NamespaceRow& space);

/// Whether a HealthCheckConfig asks for checks that nobody carries out here. Errors: InvalidInput.
Status check_health_checks(const std::optional<HealthCheckConfig>& config);

}  // namespace roadstead::servicediscovery
