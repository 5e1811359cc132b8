#include "control/ecs_controllers.h"

#include <tuple>

#include "base/text/text.h"
#include "decide/placement/placement.h"
#include "decide/scaling/scaling_reconcile.h"
#include "decide/scaling/scaling_rows.h"
#include "decide/secrets/secret_expiry.h"
#include "decide/services/service_places.h"
#include "decide/services/service_reconcile.h"
#include "decide/tasks/task_reconcile.h"
#include "decide/tasks/token_expiry.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

using Keys = std::vector<std::string>;

/// Calls `add` with the row before and after a change of this type; does nothing for other types.
template <class Row, class F>
void each_side(const Change& change, F&& add) {
  if (change.table != RowTraits<Row>::table) return;
  if (auto before = change.before_as<Row>()) add(*before);
  if (auto after = change.after_as<Row>()) add(*after);
}

void add_key(Keys& keys, const std::optional<std::string>& key) {
  if (key && (keys.empty() || keys.back() != *key)) keys.push_back(*key);
}

constexpr std::string_view node_prefix = "node/";

/// Whether a node came, came back or became another: what it says of itself every few seconds is no news.
bool is_news_of_node(const Change& change) {
  auto before = change.before_as<NodeRow>();
  auto after = change.after_as<NodeRow>();
  if (!before || !after) return true;
  auto same = *before;
  same.last_seen_at = after->last_seen_at;
  if (!(same == *after)) return true;
  return after->last_seen_at && (!before->last_seen_at || *after->last_seen_at - *before->last_seen_at > node_silent_after);
}

void interest_of_services(const Change& change, Keys& keys) {
  if (change.table == RowTraits<NodeRow>::table && is_news_of_node(change)) {
    each_side<NodeRow>(change, [&](const NodeRow& row) { add_key(keys, cat(node_prefix, row.node_id)); });
  }
  each_side<ServiceRow>(change, [&](const ServiceRow& row) { add_key(keys, row.service_arn); });
  each_side<TaskRow>(change, [&](const TaskRow& row) { add_key(keys, row.service_arn); });
  each_side<TargetRow>(change, [&](const TargetRow& row) { add_key(keys, row.service_arn); });
  each_side<ServiceDeploymentRow>(change, [&](const ServiceDeploymentRow& row) { add_key(keys, row.service_arn); });
  each_side<ListenerRuleRow>(change, [&](const ListenerRuleRow& row) { add_key(keys, row.owner); });
  each_side<TargetGroupRow>(change, [&](const TargetGroupRow& row) { add_key(keys, row.owner); });
  each_side<CertificateRow>(change, [&](const CertificateRow& row) { add_key(keys, row.owner); });
  each_side<MetricAlarmRow>(change, [&](const MetricAlarmRow& row) { add_key(keys, row.owner); });
  each_side<TaskSetRow>(change, [&](const TaskSetRow& row) { add_key(keys, row.service_arn); });
  each_side<ContainerInstanceRow>(change, [&](const ContainerInstanceRow& row) { add_key(keys, row.cluster_arn); });
  each_side<LoadBalancerRow>(change, [&](const LoadBalancerRow& row) { add_key(keys, row.load_balancer_arn); });
  each_side<ListenerRow>(change, [&](const ListenerRow& row) { add_key(keys, row.load_balancer_arn); });
}

/// A load balancer's key stands for all services behind it.
Result<std::optional<Instant>> reconcile_services_behind(Tx& tx, const std::string& load_balancer_arn) {
  std::optional<Instant> earliest;
  for (const auto& listener : tx.list(ListenerRowIndex::by_load_balancer, load_balancer_arn)) {
    for (const auto& rule : tx.list(ListenerRuleRowIndex::by_listener, listener->listener_arn)) {
      if (!rule->owner) continue;
      auto wake = TRY(reconcile_service(tx, *rule->owner));
      if (wake && (!earliest || *wake < *earliest)) earliest = wake;
    }
  }
  return earliest;
}

/// A cluster's key stands for its services.
Result<std::optional<Instant>> reconcile_services_of(Tx& tx, const std::string& cluster_arn) {
  std::optional<Instant> earliest;
  for (const auto& service : tx.list(ServiceRowIndex::by_cluster, cluster_arn)) {
    auto wake = TRY(reconcile_service(tx, service->service_arn));
    if (wake && (!earliest || *wake < *earliest)) earliest = wake;
  }
  return earliest;
}

/// A node's key stands for all services that care which nodes there are: those of the DAEMON strategy, of which it may be one
/// now, and those that are kept even over Availability Zones.
Result<std::optional<Instant>> reconcile_placed_services(Tx& tx) {
  std::optional<Instant> earliest;
  for (const auto& service : tx.all<ServiceRow>()) {
    if (!is_daemon(*service) && service->availability_zone_rebalancing != "ENABLED") continue;
    auto wake = TRY(reconcile_service(tx, service->service_arn));
    if (wake && (!earliest || *wake < *earliest)) earliest = wake;
  }
  return earliest;
}

Result<std::optional<Instant>> reconcile_service_key(Tx& tx, const std::string& key) {
  if (key.find(":loadbalancer/") != std::string::npos) return reconcile_services_behind(tx, key);
  if (key.find(":cluster/") != std::string::npos) return reconcile_services_of(tx, key);
  if (key.starts_with(node_prefix)) return reconcile_placed_services(tx);
  return reconcile_service(tx, key);
}

void all_services(const Reader& rows, Keys& keys) {
  rows.for_each<ServiceRow>([&](const ServiceRow& row) { keys.push_back(row.service_arn); });
}

void interest_of_tasks(const Change& change, Keys& keys) {
  each_side<TaskRow>(change, [&](const TaskRow& row) { add_key(keys, row.task_arn); });
  each_side<TargetRow>(change, [&](const TargetRow& row) { add_key(keys, row.task_arn); });
}

void all_tasks(const Reader& rows, Keys& keys) {
  rows.for_each<TaskRow>([&](const TaskRow& row) { keys.push_back(row.task_arn); });
}

/// What of a service matters to its scaling; its events and counters change far more often.
auto scaled_part_of(const ServiceRow& service) {
  return std::tie(service.status, service.desired_count, service.steady, service.current_deployment_arn);
}

void interest_of_scaling(const Change& change, Keys& keys) {
  each_side<ScalableTargetRow>(change, [&](const ScalableTargetRow& row) { add_key(keys, row.resource_id); });
  each_side<ScalingPolicyRow>(change, [&](const ScalingPolicyRow& row) { add_key(keys, row.resource_id); });
  each_side<MetricAlarmRow>(change, [&](const MetricAlarmRow& row) {
    auto resource = resource_id_of_policy(row.owner.value_or(""));
    if (!resource.empty()) add_key(keys, resource);
  });
  if (change.table != RowTraits<ServiceRow>::table) return;
  auto before = change.before_as<ServiceRow>();
  auto after = change.after_as<ServiceRow>();
  if (before && after && scaled_part_of(*before) == scaled_part_of(*after)) return;
  add_key(keys, resource_id_of((after ? after : before)->service_arn));
}

void all_scaled(const Reader& rows, Keys& keys) {
  rows.for_each<ScalableTargetRow>([&](const ScalableTargetRow& row) { keys.push_back(row.resource_id); });
}

void interest_of_secrets(const Change& change, Keys& keys) {
  each_side<SecretRow>(change, [&](const SecretRow& row) { add_key(keys, row.secret_name); });
}

void all_secrets(const Reader& rows, Keys& keys) {
  rows.for_each<SecretRow>([&](const SecretRow& row) { keys.push_back(row.secret_name); });
}

void interest_of_tokens(const Change& change, Keys& keys) {
  each_side<IdempotencyRow>(change, [&](const IdempotencyRow& row) { add_key(keys, RowTraits<IdempotencyRow>::key(row)); });
}

void all_tokens(const Reader& rows, Keys& keys) {
  rows.for_each<IdempotencyRow>([&](const IdempotencyRow& row) { keys.push_back(RowTraits<IdempotencyRow>::key(row)); });
}

}  // namespace

std::vector<Controller> ecs_controllers(const MetricStore& measured) {
  auto reconcile = [&measured](Tx& tx, const std::string& key) { return reconcile_scaling(tx, measured, key); };
  return {
      {"services", interest_of_services, reconcile_service_key, all_services},
      {"tasks", interest_of_tasks, reconcile_task, all_tasks},
      {"scaling", interest_of_scaling, reconcile, all_scaled},
      {"secrets", interest_of_secrets, reconcile_secret, all_secrets},
      {"tokens", interest_of_tokens, reconcile_token, all_tokens},
  };
}

}  // namespace roadstead
