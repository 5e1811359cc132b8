// What the attributes of an instance must be for its service. Pure. Source: AWS's reference of RegisterInstance.
#pragma once

#include <map>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"

namespace roadstead::servicediscovery {

/// Refuses attributes that the service's records need and are missing, or that are not what they should be: AWS_INSTANCE_IPV4,
/// AWS_INSTANCE_IPV6, AWS_INSTANCE_PORT, AWS_INSTANCE_CNAME, AWS_INIT_HEALTH_STATUS. Errors: InvalidInput.
Status check_attributes(const DiscoveryServiceRow& service, const std::map<std::string, std::string>& attributes);

}  // namespace roadstead::servicediscovery
