// Everything the proxy needs to know, copied out of the rows by one function, so that rendering needs no store and a test
// can write any situation down by hand. Rows are shared and immutable, so a view is cheap and any thread may read it.
#pragma once

#include <memory>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Ordered by the keys of the rows, except listeners of one load balancer and rules of one listener, which render_routes
/// orders itself. DEPROVISIONING rows are in it, so that they can be reported gone; DELETED ones are not.
struct ProxyView {
  std::vector<std::shared_ptr<const LoadBalancerRow>> load_balancers;
  std::vector<std::shared_ptr<const ListenerRow>> listeners;
  std::vector<std::shared_ptr<const ListenerRuleRow>> rules;
  std::vector<std::shared_ptr<const TargetGroupRow>> target_groups;
  std::vector<std::shared_ptr<const TargetRow>> targets;
  std::vector<std::shared_ptr<const CertificateRow>> certificates;
  /// Endpoints of Service Connect, and the tasks that serve them: what users registered themselves is none.
  std::vector<std::shared_ptr<const ConnectEndpointRow>> connect_endpoints;
  std::vector<std::shared_ptr<const DiscoveryInstanceRow>> connect_instances;
};

/// Copies the rows that the proxy follows. On the state thread; cost is linear in their number.
ProxyView proxy_view_of(const Reader& rows);

/// Whether a change of the feed concerns the proxy.
bool concerns_proxy(const Change& change);

/// Whether something is to be real: not on its way out.
inline bool is_wanted(const ResourceState& state) {
  return state.status != ecs::ManagedResourceStatus::deprovisioning &&
         state.status != ecs::ManagedResourceStatus::deleted;
}

}  // namespace roadstead
