#include "decide/services/zones/rebalancing.h"

#include <algorithm>
#include <map>

#include "base/text/text.h"
#include "decide/placement/instances.h"
#include "decide/placement/placement.h"
#include "decide/services/plan_parts.h"
#include "decide/services/protection.h"
#include "decide/services/service_places.h"

namespace roadstead {

namespace {

constexpr std::string_view zone_attribute = "ecs.availability-zone";

/// A zone that no task of the service is in counts as well.
using Counts = std::map<std::string, int>;

bool is_good(const ServiceTask& task) { return task.active() && !task.failing && !task.leaving; }

Counts counts_of(const ServiceView& view) {
  Counts counts;
  for (const auto& zone : view.zones) counts[zone] = 0;
  for (const auto& task : view.primary().tasks) {
    if (is_good(task) && !task.zone.empty()) ++counts[task.zone];
  }
  return counts;
}

/// "2 tasks in a, 2 tasks in b, and 1 tasks in c"
std::string text_of(const Counts& counts) {
  std::string text;
  std::size_t number = 0;
  for (const auto& [zone, count] : counts) {
    if (number > 0) text += counts.size() > 2 ? ", " : " ";
    if (number > 0 && number + 1 == counts.size()) text += "and ";
    text += cat(count, " tasks in ", zone);
    ++number;
  }
  return text;
}

/// The emptiest of the zones where tasks may go.
std::string emptiest(const ServiceView& view, const Counts& counts) {
  return *std::ranges::min_element(view.zones, {}, [&](const std::string& zone) { return counts.at(zone); });
}

std::string fullest(const Counts& counts) {
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

/// The oldest task of a zone that may be stopped; null when all are protected.
const ServiceTask* task_to_stop(const ServicePlan& plan, const std::string& zone) {
  for (const auto& task : plan.view.primary().tasks) {
    if (is_good(task) && task.healthy && task.zone == zone && !is_protected(*task.row, plan.now)) return &task;
  }
  return nullptr;
}

void say_state(ServicePlan& plan, bool under_way, std::string text) {
  if (under_way != plan.view.service->rebalancing) plan.add(SetRebalancing{under_way, std::move(text)});
}

/// As many as wanted and all well: the only time to begin a step.
bool is_settled(const ServiceView& view) {
  const auto& primary = view.primary();
  int desired = view.service->desired_count;
  bool all_good = std::ranges::all_of(primary.tasks, [](const ServiceTask& task) { return task.gone() || is_good(task); });
  return all_good && present_count(view) == desired && primary.healthy_count() == desired;
}

}  // namespace

bool can_rebalance(const ServiceRow& service, const ServiceRevisionRow& revision) {
  if (is_daemon(service) || revision.launch_type == "EXTERNAL") return false;
  const auto& configuration = service.deployment_configuration;
  if (configuration && configuration->maximum_percent.value_or(200) <= 100) return false;
  if (!service.placement_strategy.empty()) {
    const auto& first = service.placement_strategy.front();
    if (first.type != ecs::PlacementStrategyType::spread || first.field != cat("attribute:", zone_attribute)) return false;
  }
  return std::ranges::none_of(service.placement_constraints, [](const ecs::PlacementConstraint& constraint) {
    return constraint.expression.value_or("").find(zone_attribute) != std::string::npos;
  });
}

bool rebalances(const ServiceRow& service, const ServiceRevisionRow& revision) {
  return service.availability_zone_rebalancing == "ENABLED" && can_rebalance(service, revision);
}

void note_zones(const Reader& rows, ServiceView& view, Instant now) {
  const auto& service = *view.service;
  // A deployment stops it, and asks nothing of all the nodes each time.
  if (view.deployment || rows.count<NodeRow>() < 2 || !rebalances(service, *view.primary().row)) return;
  std::map<std::string, std::string> zone_of;
  rows.for_each<NodeRow>([&](const NodeRow& node) {
    if (!node.availability_zone) return;
    zone_of[node.node_id] = *node.availability_zone;
    bool connected = node.last_seen_at && now - *node.last_seen_at <= node_silent_after;
    if (connected && takes_tasks(rows, service.cluster_arn, node.node_id)) view.zones.push_back(*node.availability_zone);
  });
  std::ranges::sort(view.zones);
  auto repeated = std::ranges::unique(view.zones);
  view.zones.erase(repeated.begin(), repeated.end());
  for (auto& task : view.revisions.front().tasks) {
    if (task.row->node_id) task.zone = zone_of[*task.row->node_id];
  }
}

int plan_rebalancing(ServicePlan& plan, int room) {
  const auto& view = plan.view;
  if (view.zones.size() < 2) {
    stop_rebalancing(plan);
    return 0;
  }
  auto counts = counts_of(view);
  auto from = fullest(counts);
  auto to = emptiest(view, counts);
  int good = 0;
  for (const auto& [zone, count] : counts) good += count;
  int desired = view.service->desired_count;
  if (good == desired + 1 && view.service->rebalancing) {
    // The new one is not up yet.
    if (view.primary().healthy_count() <= desired) return 1;
    const auto* task = task_to_stop(plan, from);
    if (task == nullptr) return 0;
    plan.add(StopTasks{{task->row->task_arn}, scaling_reason(view), from});
    return 1;
  }
  if (!is_settled(view)) return 0;
  if (counts.at(from) - counts.at(to) < 2) {
    say_state(plan, false, cat("is AZ balanced with ", text_of(counts), '.'));
    return 0;
  }
  const auto& next_start = view.service->next_start_at;
  if (next_start && plan.now < *next_start) plan.wake_at(*next_start);
  bool may_start = !next_start || plan.now >= *next_start;
  if (room < 1 || !may_start || task_to_stop(plan, from) == nullptr) return 0;
  say_state(plan, true, cat("is not AZ balanced with ", text_of(counts), ". AZ Rebalancing in progress."));
  plan.add(StartTasks{.revision_arn = view.primary().row->service_revision_arn, .count = 1, .zone = to});
  return 0;
}

void stop_rebalancing(ServicePlan& plan) { say_state(plan, false, "stopped AZ Rebalancing."); }

}  // namespace roadstead
