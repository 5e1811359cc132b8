#include "proxy/observe.h"

#include <map>

#include "base/text/text.h"
#include "proxy/render/proxy_view.h"

namespace roadstead {
namespace {

std::string target_key(const TargetObservation& seen) {
  TargetRow key;
  key.target_group_arn = seen.target_group_arn;
  key.target_id = seen.target_id;
  key.port = seen.port;
  return RowTraits<TargetRow>::key(key);
}

bool same_state(const TargetRow& row, const TargetObservation& seen) {
  return row.state == seen.state && row.reason == seen.reason && row.description == seen.description &&
         row.drained == seen.drained;
}

/// Whether what was seen is about this registration, and as far as it has come.
bool applies(const TargetRow& row, const TargetObservation& seen) {
  bool draining = seen.state == TargetState::draining;
  return row.registered_at == seen.registered_at && row.deregistering == draining;
}

void observe_target(Tx& tx, const TargetObservation& seen) {
  auto key = target_key(seen);
  auto row = tx.find<TargetRow>(key);
  if (row == nullptr || !applies(*row, seen) || same_state(*row, seen)) return;
  tx.update<TargetRow>(key, [&](TargetRow& next) {
    if (next.state != seen.state || next.reason != seen.reason) next.state_at = tx.now();
    next.state = seen.state;
    next.reason = seen.reason;
    next.description = seen.description;
    next.drained = seen.drained;
  });
}

/// Whether a row in `state` takes what was seen. Only what is wanted becomes ACTIVE, only what is not becomes DELETED.
bool takes(const ResourceState& state, const ResourceObservation& seen) {
  if (state.status == ecs::ManagedResourceStatus::deleted) return false;
  bool gone = seen.status == ecs::ManagedResourceStatus::deleted;
  if (gone == is_wanted(state)) return false;
  return state.status != seen.status || state.reason != seen.reason;
}

template <class Row>
void observe_resource(Tx& tx, const ResourceObservation& seen) {
  auto row = tx.find<Row>(seen.arn);
  if (row == nullptr || !takes(row->state, seen)) return;
  tx.update<Row>(seen.arn, [&](Row& next) { next.state = {seen.status, seen.reason, tx.now()}; });
}

void observe_certificate(Tx& tx, const ResourceObservation& seen) {
  observe_resource<CertificateRow>(tx, seen);
  auto row = tx.find<CertificateRow>(seen.arn);
  if (row == nullptr || !seen.not_after || row->not_after == seen.not_after) return;
  tx.update<CertificateRow>(seen.arn, [&](CertificateRow& next) { next.not_after = seen.not_after; });
}

struct Known {
  const ResourceState* state = nullptr;
  std::optional<Instant> not_after;
};

template <class Rows, class Arn>
void collect(const Rows& rows, Arn arn, std::map<std::string_view, Known>& out) {
  for (const auto& row : rows) out[(*row).*arn] = {&row->state, {}};
}

}  // namespace

Status observe_proxy(Tx& tx, const ProxyObservation& seen) {
  for (const auto& target : seen.targets) observe_target(tx, target);
  for (const auto& resource : seen.resources) {
    switch (resource.kind) {
      case ResourceKind::load_balancer: observe_resource<LoadBalancerRow>(tx, resource); break;
      case ResourceKind::listener: observe_resource<ListenerRow>(tx, resource); break;
      case ResourceKind::rule: observe_resource<ListenerRuleRow>(tx, resource); break;
      case ResourceKind::target_group: observe_resource<TargetGroupRow>(tx, resource); break;
      case ResourceKind::certificate: observe_certificate(tx, resource); break;
    }
  }
  return Done{};
}

ProxyObservation news_in(const ProxyView& view, const ProxyObservation& seen) {
  ProxyObservation news;
  news.look_again_in = seen.look_again_in;
  std::map<std::string, const TargetRow*> targets;
  for (const auto& row : view.targets) targets[RowTraits<TargetRow>::key(*row)] = row.get();
  for (const auto& target : seen.targets) {
    auto row = targets.find(target_key(target));
    if (row == targets.end() || !applies(*row->second, target) || same_state(*row->second, target)) continue;
    news.targets.push_back(target);
  }
  std::map<std::string_view, Known> known;
  collect(view.load_balancers, &LoadBalancerRow::load_balancer_arn, known);
  collect(view.listeners, &ListenerRow::listener_arn, known);
  collect(view.rules, &ListenerRuleRow::rule_arn, known);
  collect(view.target_groups, &TargetGroupRow::target_group_arn, known);
  collect(view.certificates, &CertificateRow::certificate_arn, known);
  for (const auto& row : view.certificates) known[row->certificate_arn].not_after = row->not_after;
  for (const auto& resource : seen.resources) {
    auto row = known.find(resource.arn);
    if (row == known.end()) continue;
    bool renewed = resource.not_after && resource.not_after != row->second.not_after;
    if (renewed || takes(*row->second.state, resource)) news.resources.push_back(resource);
  }
  return news;
}

}  // namespace roadstead
