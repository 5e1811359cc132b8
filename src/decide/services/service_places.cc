#include "decide/services/service_places.h"

#include <algorithm>
#include <map>

#include "base/text/text.h"
#include "decide/placement/cluster_query.h"
#include "decide/placement/placement.h"
#include "decide/placement/placer.h"

namespace roadstead {

namespace {

/// What a node has to satisfy: checked expressions.
std::vector<ClusterQuery> queries_of(const Reader& rows, const ServiceRow& service) {
  std::vector<ClusterQuery> queries;
  auto add = [&](const std::optional<std::string>& expression) {
    if (auto query = parse_cluster_query(expression.value_or(""))) queries.push_back(std::move(query).value());
  };
  for (const auto& constraint : service.placement_constraints) {
    if (constraint.type == ecs::PlacementConstraintType::member_of) add(constraint.expression);
  }
  auto revision = rows.find<ServiceRevisionRow>(service.primary_revision_arn);
  auto definition = revision ? rows.find<TaskDefinitionRow>(revision->task_definition_arn) : nullptr;
  if (definition && definition->definition.placement_constraints) {
    for (const auto& constraint : *definition->definition.placement_constraints) add(constraint.expression);
  }
  return queries;
}

std::string architecture_of(const Reader& rows, const ServiceRow& service) {
  auto revision = rows.find<ServiceRevisionRow>(service.primary_revision_arn);
  auto definition = revision ? rows.find<TaskDefinitionRow>(revision->task_definition_arn) : nullptr;
  if (!definition || !definition->definition.runtime_platform || !definition->definition.runtime_platform->cpu_architecture) return {};
  return std::string(to_string(*definition->definition.runtime_platform->cpu_architecture));
}

bool has_task(const Reader& rows, const ServiceRow& service, const std::string& node_id) {
  bool found = false;
  rows.for_each(TaskRowIndex::present_by_service, service.service_arn, [&](const TaskRow& task) {
    found = task.node_id == node_id;
    return !found;
  });
  return found;
}

/// Whether an instance drains and has tasks of others than DAEMON services, which go first.
bool has_to_wait(const Reader& rows, const ServiceRow& service, const std::string& node_id) {
  auto instance = rows.find<ContainerInstanceRow>(instance_arn_of(service.cluster_arn, node_id));
  if (!instance || instance->status != "DRAINING") return false;
  bool others = false;
  rows.for_each(TaskRowIndex::present_by_node, node_id, [&](const TaskRow& task) {
    if (task.cluster_arn != service.cluster_arn) return true;
    auto owner = task.service_arn ? rows.find<ServiceRow>(*task.service_arn) : nullptr;
    others = !owner || !is_daemon(*owner);
    return !others;
  });
  return others;
}

std::vector<std::string> spread_fields(const ServiceRow& service) {
  std::vector<std::string> fields;
  auto strategies = service.placement_strategy;
  auto is_spread = [](const ecs::PlacementStrategy& one) { return one.type == ecs::PlacementStrategyType::spread; };
  if (std::ranges::none_of(strategies, is_spread)) strategies = default_service_strategies();
  for (const auto& strategy : strategies) {
    if (is_spread(strategy)) fields.push_back(strategy.field.value_or(""));
  }
  return fields;
}

}  // namespace

bool is_daemon(const ServiceRow& service) { return service.scheduling_strategy == "DAEMON"; }

std::vector<DaemonNode> daemon_nodes_of(const Reader& rows, const ServiceRow& service, Instant now) {
  std::vector<DaemonNode> nodes;
  auto queries = queries_of(rows, service);
  auto architecture = architecture_of(rows, service);
  rows.for_each<NodeRow>([&](const NodeRow& node) {
    if (!takes_tasks(rows, service.cluster_arn, node.node_id)) return;
    if (!runs_architecture(architecture, node.cpu_architecture, node.emulated_architectures)) return;
    if (!queries.empty()) {
      auto instance = instance_of(rows, service.cluster_arn, node, now);
      auto target = query_target_of(rows, instance);
      if (!std::ranges::all_of(queries, [&](const ClusterQuery& query) { return satisfies(query, target); })) return;
    }
    bool connected = node.last_seen_at && now - *node.last_seen_at <= node_silent_after;
    if (connected || has_task(rows, service, node.node_id)) nodes.push_back({node.node_id, connected});
  });
  return nodes;
}

void mark_misplaced(const Reader& rows, ServiceView& view) {
  for (auto& revision : view.revisions) {
    for (auto& task : revision.tasks) {
      if (!task.active() || !task.row->node_id) continue;
      task.leaving = std::ranges::find(*view.daemon, *task.row->node_id, &DaemonNode::node_id) == view.daemon->end();
      task.waits_for_others = task.leaving && has_to_wait(rows, *view.service, *task.row->node_id);
    }
  }
}

void note_spread(const Reader& rows, ServiceView& view, Instant now) {
  if (rows.count<NodeRow>() < 2) return;
  auto fields = spread_fields(*view.service);
  std::map<std::string, std::vector<std::string>> known;
  auto values_of = [&](const std::string& node_id) {
    std::vector<std::string> values;
    auto node = rows.find<NodeRow>(node_id);
    if (!node) return values;
    auto instance = instance_of(rows, view.service->cluster_arn, *node, now);
    for (const auto& field : fields) {
      bool attribute = field.starts_with("attribute:");
      values.push_back(attribute ? attribute_of(instance, std::string_view(field).substr(10)).value_or("") : node_id);
    }
    return values;
  };
  for (auto& revision : view.revisions) {
    for (auto& task : revision.tasks) {
      if (!task.active() || !task.row->node_id) continue;
      auto [entry, fresh] = known.try_emplace(*task.row->node_id);
      if (fresh) entry->second = values_of(*task.row->node_id);
      task.spread = entry->second;
    }
  }
}

}  // namespace roadstead
