#include "proxy/render/proxy_view.h"

namespace roadstead {
namespace {

template <class Row>
void copy_rows(const Reader& rows, std::vector<std::shared_ptr<const Row>>& out) {
  rows.for_each<Row>([&](const std::shared_ptr<const Row>& row) {
    if (row->state.status != ecs::ManagedResourceStatus::deleted) out.push_back(row);
  });
}

}  // namespace

ProxyView proxy_view_of(const Reader& rows) {
  ProxyView view;
  copy_rows(rows, view.load_balancers);
  copy_rows(rows, view.listeners);
  copy_rows(rows, view.rules);
  copy_rows(rows, view.target_groups);
  copy_rows(rows, view.certificates);
  view.targets = rows.all<TargetRow>();
  return view;
}

bool concerns_proxy(const Change& change) {
  return change.is<LoadBalancerRow>() || change.is<ListenerRow>() || change.is<ListenerRuleRow>() ||
         change.is<TargetGroupRow>() || change.is<TargetRow>() || change.is<CertificateRow>();
}

}  // namespace roadstead
