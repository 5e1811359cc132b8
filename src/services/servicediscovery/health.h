// The health of an instance as answers tell it. Pure; any thread.
#pragma once

#include "rows/rows.gen.h"

namespace roadstead::servicediscovery {

/// UNKNOWN for instances of a service without a health check, which count as healthy.
inline HealthStatus shown_health(const DiscoveryServiceRow& service, const DiscoveryInstanceRow& instance) {
  if (!service.health_check_custom_config) return HealthStatus::unknown;
  return instance.health_status == "UNHEALTHY" ? HealthStatus::unhealthy : HealthStatus::healthy;
}

}  // namespace roadstead::servicediscovery
