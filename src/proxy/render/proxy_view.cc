#include "proxy/render/proxy_view.h"

#include <set>
#include <string_view>

namespace roadstead {
namespace {

template <class Row>
void copy_rows(const Reader& rows, std::vector<std::shared_ptr<const Row>>& out) {
  rows.for_each<Row>([&](const std::shared_ptr<const Row>& row) {
    if (row->state.status != ecs::ManagedResourceStatus::deleted) out.push_back(row);
  });
}

/// A target group that is gone from the proxy stays in the view while targets of it drain: somebody has to tell when
/// they are through.
void copy_target_groups(const Reader& rows, const std::vector<std::shared_ptr<const TargetRow>>& targets, ProxyView& view) {
  std::set<std::string_view> used;
  for (const auto& target : targets) used.insert(target->target_group_arn);
  rows.for_each<TargetGroupRow>([&](const std::shared_ptr<const TargetGroupRow>& row) {
    bool gone = row->state.status == ecs::ManagedResourceStatus::deleted;
    if (!gone || used.contains(row->target_group_arn)) view.target_groups.push_back(row);
  });
}

}  // namespace

ProxyView proxy_view_of(const Reader& rows) {
  ProxyView view;
  copy_rows(rows, view.load_balancers);
  copy_rows(rows, view.listeners);
  copy_rows(rows, view.rules);
  copy_rows(rows, view.certificates);
  view.targets = rows.all<TargetRow>();
  copy_target_groups(rows, view.targets, view);
  view.connect_endpoints = rows.all<ConnectEndpointRow>();
  for (const auto& endpoint : view.connect_endpoints) {
    rows.for_each(
        DiscoveryInstanceRowIndex::by_service, endpoint->discovery_service_id,
        [&](const std::shared_ptr<const DiscoveryInstanceRow>& row) {
          if (row->owner) view.connect_instances.push_back(row);
        }
    );
  }
  return view;
}

bool concerns_proxy(const Change& change) {
  return change.is<LoadBalancerRow>() || change.is<ListenerRow>() || change.is<ListenerRuleRow>() ||
         change.is<TargetGroupRow>() || change.is<TargetRow>() || change.is<CertificateRow>() ||
         change.is<ConnectEndpointRow>() || change.is<DiscoveryInstanceRow>();
}

}  // namespace roadstead
