#include "decide/placement/placer.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/cluster_query.h"
#include "decide/placement/node_room.h"
#include "decide/placement/placement.h"

namespace roadstead {

namespace {

constexpr auto zone_field = "attribute:ecs.availability-zone";

ecs::PlacementStrategy spread_over(std::string field) {
  ecs::PlacementStrategy strategy;
  strategy.type = ecs::PlacementStrategyType::spread;
  strategy.field = std::move(field);
  return strategy;
}

bool is_instance_field(std::string_view field) { return field == "instanceid" || field == "host"; }

Error shortage_error(const Reader& rows, const std::string& node_id, const NodeRoom& room, const TaskNeeds& needs, std::string_view reason) {
  if (reason == "RESOURCE:PORTS") return {std::string(reason), taken_port_text(rows, node_id, room, needs)};
  auto what = reason.substr(reason.find(':') + 1);
  return {std::string(reason), cat("The container instance has not enough ", what, " left for the task.")};
}

Status check_architecture(const std::string& wanted, const std::string& own, const std::vector<std::string>& emulated) {
  if (runs_architecture(wanted, own, emulated)) return Done{};
  return Error{"ATTRIBUTE", cat("The container instance does not have the CPU architecture ", wanted,
                                "; a Linux machine runs it through the package qemu-user-static, from the next start of Roadstead on.")};
}

/// Agents from elsewhere may have Windows; Roadstead's own nodes are Linux.
Status check_os_family(const std::string& wanted, const std::string& own) {
  if (wanted == own) return Done{};
  return Error{"ATTRIBUTE", cat("The container instance runs ", own == "LINUX" ? "Linux" : own,
                                " containers only; the task definition asks for ", wanted, '.')};
}

/// How far an instance came: whoever lacks less is nearer to a place.
int rank_of(std::string_view reason) {
  static constexpr std::string_view order[] = {"AGENT", "INACTIVE", "ATTRIBUTE"};
  auto found = std::ranges::find(order, reason);
  return static_cast<int>(found - std::begin(order));
}

}  // namespace

struct Placer::Candidate {
  std::shared_ptr<const NodeRow> node;
  std::string instance_arn;
  bool connected = false;
  /// ACTIVE, DRAINING or INACTIVE.
  std::string status;
};

Placer::Placer(Tx& tx, std::string cluster_arn) : tx_(tx), cluster_arn_(std::move(cluster_arn)) {}

Placer::~Placer() = default;

/// Room is looked up only once somebody reserves it: for FARGATE the number of tasks on a node is enough.
void Placer::open_fleet(bool reserving) {
  if (fleet_ && (reserving_ || !reserving)) return;
  candidates_.clear();
  fleet_.emplace();
  reserving_ = reserving;
  tx_.for_each<NodeRow>([&](const std::shared_ptr<const NodeRow>& node) {
    Candidate candidate{.node = node, .instance_arn = instance_arn_of(cluster_arn_, node->node_id)};
    auto row = tx_.find<ContainerInstanceRow>(candidate.instance_arn);
    candidate.status = row ? row->status : "ACTIVE";
    candidate.connected = node->last_seen_at && tx_.now() - *node->last_seen_at <= node_silent_after;
    NodeRoom room;
    if (reserving) {
      room = room_of(tx_, *node);
    } else {
      room.cpu_units = node->cpu_units;
      room.memory_mib = node->memory_mib;
      room.tasks = static_cast<int>(tx_.count(TaskRowIndex::present_by_node, node->node_id));
    }
    fleet_->add(std::move(room), candidate.connected && candidate.status == "ACTIVE");
    candidates_.push_back(std::move(candidate));
  });
}

Spread Placer::counted(std::vector<int> value_of, std::size_t values, const std::string& group) const {
  Spread spread(std::move(value_of), values);
  for (std::size_t number = 0; number < candidates_.size(); ++number) {
    tx_.for_each(TaskRowIndex::present_by_node, candidates_[number].node->node_id, [&](const TaskRow& task) {
      bool counts = task.cluster_arn == cluster_arn_ && task.group == group && task.desired_status == DesiredStatus::running;
      if (counts) spread.count(number);
    });
  }
  return spread;
}

const Spread& Placer::spread_of(const std::string& field, const std::string& group) {
  auto known = spreads_.find({field, group});
  if (known != spreads_.end()) return known->second;
  std::vector<int> value_of;
  std::map<std::string, int> values;
  for (std::size_t number = 0; number < candidates_.size(); ++number) {
    const auto& node = *candidates_[number].node;
    std::optional<std::string> value;
    if (is_instance_field(to_lower(field))) {
      value = node.node_id;
    } else if (field == zone_field) {
      value = node.availability_zone;
    } else if (field.starts_with("attribute:")) {
      value = attribute_of(instance_of(tx_, cluster_arn_, node, tx_.now()), std::string_view(field).substr(10));
    }
    value_of.push_back(value ? values.try_emplace(*value, static_cast<int>(values.size())).first->second : -1);
  }
  return spreads_.emplace(std::pair(field, group), counted(std::move(value_of), values.size(), group)).first->second;
}

std::vector<Preference> Placer::preferences_of(const TaskDemand& demand) {
  using Way = Preference::Kind;
  std::vector<Preference> out;
  // With one node to choose from there is nothing to prefer.
  if (candidates_.size() < 2 || demand.node_id) return out;
  auto strategies = demand.strategies;
  if (strategies.empty()) strategies.push_back(spread_over(zone_field));
  for (const auto& strategy : strategies) {
    auto field = strategy.field.value_or("");
    if (strategy.type == ecs::PlacementStrategyType::random) {
      out.push_back({.kind = Way::random});
    } else if (strategy.type == ecs::PlacementStrategyType::binpack) {
      out.push_back({.kind = to_lower(field) == "cpu" ? Way::binpack_cpu : Way::binpack_memory});
    } else {
      out.push_back({.kind = Way::spread, .spread = &spread_of(field, demand.group)});
    }
  }
  return out;
}

Status Placer::check_constraints(const Candidate& candidate, const TaskDemand& demand) const {
  if (demand.constraints.empty()) return Done{};
  auto instance = instance_of(tx_, cluster_arn_, *candidate.node, tx_.now());
  auto target = query_target_of(tx_, instance);
  for (const auto& constraint : demand.constraints) {
    if (constraint.type == ecs::PlacementConstraintType::distinct_instance) {
      if (std::ranges::find(target.groups, demand.group) == target.groups.end()) continue;
      return Error{"distinctInstance placement constraint unsatisfied.", cat("It has a task of the group ", demand.group, '.')};
    }
    auto query = TRY(parse_cluster_query(constraint.expression.value_or("")));
    if (satisfies(query, target)) continue;
    return Error{"MemberOf placement constraint unsatisfied.", cat("It does not satisfy ", constraint.expression.value_or(""), '.')};
  }
  return Done{};
}

/// Why a node does not get the task, in the order in which ECS looks (§5.4).
Status Placer::check(const Candidate& candidate, std::size_t number, const TaskDemand& demand) const {
  if (candidate.status != "ACTIVE") {
    return Error{"INACTIVE", "The container instance is DRAINING or deregistered; see UpdateContainerInstancesState."};
  }
  if (!candidate.connected) return Error{"AGENT", "The container instance was not heard of lately."};
  TRY(check_os_family(demand.os_family, "LINUX"));
  TRY(check_architecture(demand.cpu_architecture, candidate.node->cpu_architecture, candidate.node->emulated_architectures));
  if (demand.fargate) {
    if (demand.needs.memory_mib > candidate.node->memory_mib) {
      return Error{"RESOURCE:MEMORY", cat("The task asks for ", demand.needs.memory_mib, " MiB; the machine has ", candidate.node->memory_mib, " MiB.")};
    }
  } else if (auto reason = fleet_->room(number).shortage(demand.needs); !reason.empty()) {
    return shortage_error(tx_, candidate.node->node_id, fleet_->room(number), demand.needs, reason);
  }
  return check_constraints(candidate, demand);
}

Error Placer::refuse(const TaskDemand& demand) {
  Error nearest{"RESOURCE:FARGATE", "no node is connected; check with `roadstead doctor`"};
  if (demand.fargate && demand.os_family != "LINUX") {
    // No instance to name, and no other one that would do.
    return {"RESOURCE:FARGATE", cat("This installation runs Linux containers only; the task definition asks for ", demand.os_family)};
  }
  int best = -1;
  auto add = [&](const std::string& arn, const Error& why) {
    refusals_.push_back({arn, why.code, why.message});
    int rank = rank_of(why.code);
    if (rank <= best) return;
    best = rank;
    nearest = why;
  };
  for (std::size_t number = 0; number < candidates_.size(); ++number) {
    const auto& candidate = candidates_[number];
    if (demand.node_id && candidate.node->node_id != *demand.node_id) continue;
    if (candidate.status == "INACTIVE") continue;
    // Machines that are silent are no places for FARGATE; whoever placed on instances sees each of them.
    if (demand.fargate && !candidate.connected) continue;
    auto fits = check(candidate, number, demand);
    if (!fits) add(candidate.instance_arn, fits.error());
  }
  if (demand.fargate) return nearest;
  tx_.for_each(ContainerInstanceRowIndex::by_cluster, cluster_arn_, [&](const ContainerInstanceRow& row) {
    if (!row.foreign || row.status == "INACTIVE") return;
    add(row.container_instance_arn, {"AGENT", "There is no agent endpoint for agents from elsewhere: use StartTask."});
  });
  if (refusals_.empty()) return {"InvalidParameterException", "No Container Instances were found in your cluster."};
  return nearest;
}

Result<Placement> Placer::choose(const TaskDemand& demand) {
  refusals_.clear();
  open_fleet(!demand.fargate);
  TaskNeeds asked = demand.needs;
  if (demand.fargate) asked = {};
  auto preferences = preferences_of(demand);
  auto admit = [&](std::size_t number) {
    const auto& candidate = candidates_[number];
    if (demand.node_id && candidate.node->node_id != *demand.node_id) return false;
    return check(candidate, number, demand).has_value();
  };
  // Emulation is several times slower: it is for want of a machine of the right kind.
  auto admit_native = [&](std::size_t number) {
    return demand.cpu_architecture == candidates_[number].node->cpu_architecture && admit(number);
  };
  std::optional<std::size_t> chosen;
  if (!demand.cpu_architecture.empty()) chosen = fleet_->choose(asked, preferences, admit_native, tx_.ids());
  if (!chosen) chosen = fleet_->choose(asked, preferences, admit, tx_.ids());
  if (!chosen) return refuse(demand);
  const auto& candidate = candidates_[*chosen];
  return Placement{.number = *chosen, .node = candidate.node, .instance_arn = candidate.instance_arn};
}

std::vector<std::string> Placer::take(const Placement& placement, const TaskDemand& demand) {
  for (auto& [key, spread] : spreads_) {
    if (key.second == demand.group) spread.count(placement.number);
  }
  return fleet_->take(placement.number, demand.fargate ? TaskNeeds{} : demand.needs);
}

Status check_instance(const Reader& rows, const Instance& instance, const TaskDemand& demand) {
  if (instance.row.status == "INACTIVE") return Error{"INACTIVE", "The container instance is deregistered."};
  if (!instance.connected) return Error{"AGENT", "The container instance was not heard of lately."};
  TRY(check_os_family(demand.os_family, attribute_of(instance, "ecs.os-family").value_or("LINUX")));
  TRY(check_architecture(demand.cpu_architecture, instance.cpu_architecture, instance.emulated_architectures));
  auto room = room_of(rows, instance);
  auto reason = room.shortage(demand.needs);
  if (!reason.empty()) return shortage_error(rows, instance.row.node_id, room, demand.needs, reason);
  return Done{};
}

std::vector<ecs::PlacementStrategy> default_service_strategies() { return {spread_over(zone_field), spread_over("instanceId")}; }

}  // namespace roadstead
