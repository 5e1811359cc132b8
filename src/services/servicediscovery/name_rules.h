// Which names DNS can carry. Pure. Source: RFC 1035, and AWS's reference of CreateService and CreatePrivateDnsNamespace.
#pragma once

#include <string_view>

#include "base/result/result.h"

namespace roadstead::servicediscovery {

/// Refuses a namespace's name that is not labels of letters, digits, hyphens and underscores with dots between.
/// Errors: InvalidInput.
Status check_dns_namespace(std::string_view name);

/// Refuses a service's name that AWS does not take: 1 to 127 characters, labels as above. `full_name`, "<service>.<namespace>",
/// is what DNS must carry; empty when the service is not told by DNS. Errors: InvalidInput.
Status check_service_name(std::string_view name, std::string_view full_name);

/// "api.example.com".
bool is_host_name(std::string_view text);

}  // namespace roadstead::servicediscovery
