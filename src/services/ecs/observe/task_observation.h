// What a node tells the control plane of one of its tasks. Every report is the whole truth as the node sees it, so a lost
// report is made good by the next, a repeated or late one is recognised by its sequence number. Plain values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rows/rows.gen.h"

namespace roadstead {

/// One container as its node sees it.
struct ContainerObservation {
  std::string name;
  ContainerStatus last_status = ContainerStatus::pending;
  std::string image_digest = {};
  std::string runtime_id = {};
  std::optional<std::int32_t> exit_code = {};
  std::string reason = {};
  ecs::HealthStatus health_status = ecs::HealthStatus::unknown;
  std::optional<Instant> started_at = {};
  std::optional<Instant> finished_at = {};
  std::int32_t restart_count = 0;
  std::vector<ecs::NetworkBinding> network_bindings = {};

  bool operator==(const ContainerObservation&) const = default;
};

/// One task as its node sees it.
struct TaskObservation {
  std::string task_arn;
  std::string node_id;
  /// Grows with every report of this task, also across restarts of the agent.
  std::int64_t sequence = 0;
  /// PENDING, RUNNING, STOPPING, DEPROVISIONING or STOPPED: the node knows nothing of targets.
  TaskStatus last_status = TaskStatus::pending;
  std::vector<ContainerObservation> containers = {};
  std::optional<Instant> pull_started_at = {};
  std::optional<Instant> pull_stopped_at = {};
  std::optional<Instant> started_at = {};
  std::optional<Instant> stopping_at = {};
  std::optional<Instant> execution_stopped_at = {};
  std::optional<Instant> stopped_at = {};
  /// Set when the node itself decided to end the task.
  std::optional<ecs::TaskStopCode> stop_code = {};
  std::string stopped_reason = {};
  ecs::HealthStatus health_status = ecs::HealthStatus::unknown;

  bool operator==(const TaskObservation&) const = default;
};

}  // namespace roadstead
