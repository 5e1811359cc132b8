// Chooses nodes for tasks of one cluster, one after the other: out of the rows it makes a Fleet, once, and keeps it in step
// with the tasks that its caller then makes. State thread, for the length of one transaction.
//
// Tasks of EC2, EXTERNAL and capacity providers reserve CPU, memory, host ports and GPUs. Those of FARGATE do not: they go to
// the node with the fewest tasks that has their memory at all (docs/adr/0016). Agents from elsewhere get tasks by StartTask
// only. Source: reference/ecs-core.md §1.8, §5.4.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "decide/placement/fleet.h"
#include "decide/placement/instances.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What a task asks of a node.
struct TaskDemand {
  /// X86_64 or ARM64; empty means any.
  std::string cpu_architecture = {};
  /// LINUX or WINDOWS_SERVER_…, as the API names them.
  std::string os_family = "LINUX";
  /// What distinctInstance and spread count: tasks of the same group.
  std::string group = {};
  TaskNeeds needs = {};
  bool fargate = false;
  /// Checked expressions, of the definition and of the request or service.
  std::vector<ecs::PlacementConstraint> constraints = {};
  /// None means: spread over availability zones, then the fewest tasks.
  std::vector<ecs::PlacementStrategy> strategies = {};
  /// Only this node will do: DAEMON services name theirs.
  std::optional<std::string> node_id = {};
};

/// Where a task goes.
struct Placement {
  std::size_t number = 0;
  std::shared_ptr<const NodeRow> node = {};
  std::string instance_arn = {};
};

/// Why an instance did not get a task: an entry of failures[].
struct PlacementRefusal {
  std::string instance_arn;
  std::string reason;
  std::string detail;
};

class Placer {
 public:
  Placer(Tx& tx, std::string cluster_arn);
  ~Placer();
  Placer(const Placer&) = delete;
  Placer& operator=(const Placer&) = delete;

  /// Chooses a node and reserves nothing yet. Errors, by the names of `failures[].reason`: RESOURCE:FARGATE when no node is
  /// alive, INACTIVE, AGENT, ATTRIBUTE, RESOURCE:CPU, RESOURCE:MEMORY, RESOURCE:PORTS, RESOURCE:GPU, or the constraint that no
  /// instance satisfies: the reason of the instance that came furthest. InvalidParameterException when there is no instance.
  Result<Placement> choose(const TaskDemand& demand);

  /// Counts a task that was made where `choose` said; the names of the GPUs that it gets.
  std::vector<std::string> take(const Placement& placement, const TaskDemand& demand);

  /// What each instance lacked when `choose` last failed.
  const std::vector<PlacementRefusal>& refusals() const { return refusals_; }

 private:
  struct Candidate;

  void open_fleet(bool reserving);
  std::vector<Preference> preferences_of(const TaskDemand& demand);
  const Spread& spread_of(const std::string& field, const std::string& group);
  Spread counted(std::vector<int> value_of, std::size_t values, const std::string& group) const;
  Status check(const Candidate& candidate, std::size_t number, const TaskDemand& demand) const;
  Status check_constraints(const Candidate& candidate, const TaskDemand& demand) const;
  Error refuse(const TaskDemand& demand);

  Tx& tx_;
  std::string cluster_arn_;
  std::vector<Candidate> candidates_;
  std::optional<Fleet> fleet_;
  bool reserving_ = false;
  std::map<std::pair<std::string, std::string>, Spread> spreads_;  // by field and group
  std::vector<PlacementRefusal> refusals_;
};

/// Why an instance that the caller chose cannot take a task; nothing but its status, platform and room are looked at.
Status check_instance(const Reader& rows, const Instance& instance, const TaskDemand& demand);

/// The strategies of a service that names none: over availability zones, then over instances (§5.4).
std::vector<ecs::PlacementStrategy> default_service_strategies();

}  // namespace roadstead
