// Makes a task: its row, its containers' rows, its address. Used by RunTask and by the service scheduler. State thread.
// Source: reference/ecs-core.md §3.1.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "decide/placement/placer.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What a new task is made from. `network` must be set for definitions with network mode awsvpc.
struct NewTask {
  std::string cluster_arn;
  std::shared_ptr<const TaskDefinitionRow> definition;
  std::optional<std::string> service_arn = {};
  std::optional<std::string> revision_arn = {};
  std::string group = {};
  std::optional<std::string> started_by = {};
  std::optional<std::string> launch_type = {};
  std::optional<std::string> capacity_provider = {};
  std::optional<std::string> platform_version = {};
  std::optional<ecs::TaskOverride> overrides = {};
  std::optional<ecs::AwsVpcConfiguration> network = {};
  bool enable_execute_command = false;
  bool enable_managed_tags = false;
  std::optional<std::vector<ecs::Tag>> tags = {};
  /// Those of the request or service; the definition's own count as well.
  std::vector<ecs::PlacementConstraint> constraints = {};
  /// Those of the request or service; none means Placer's own.
  std::vector<ecs::PlacementStrategy> strategies = {};
  /// The only node that will do, for tasks of DAEMON services.
  std::optional<std::string> node_id = {};
};

/// Places a task and stores it as PROVISIONING (PENDING without an address of its own), wanted RUNNING. The placer is one of
/// the task's cluster and of this transaction.
/// Errors: those of Placer::choose and take_address(); nothing is stored then.
Result<std::shared_ptr<const TaskRow>> create_task(Tx& tx, NewTask task, Placer& placer);

/// The same on an instance that the caller chose, draining or from elsewhere as it may be; constraints and strategies are not
/// looked at. Errors: those of check_instance() and take_address(); nothing is stored then.
Result<std::shared_ptr<const TaskRow>> create_task_on(Tx& tx, NewTask task, const Instance& instance);

/// Wants a task stopped; the first reason stays. A task that never reached a node is stopped at once.
void want_stopped(Tx& tx, const std::string& task_arn, ecs::TaskStopCode code, std::string reason);

}  // namespace roadstead
