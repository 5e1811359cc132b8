// Which instance of Cloud Map a task of an ECS service is, and keeping it so:
//
//   RUNNING, ACTIVATING ─► registered ─► healthy or not, as its containers say ─► wanted STOPPED: gone, before any signal
//
// The rows of instances that users registered are never touched. Pure planner, applied in the task's own transaction; state
// thread. Source: reference/ecs-core.md §9.1, §9.2.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What there is to know of a task for its instances.
struct TaskInstanceView {
  TaskRow task;
  std::string service_name;
  std::string cluster_name;
  std::string family;
  ecs::NetworkMode network_mode = ecs::NetworkMode::bridge;
  /// The address at which tasks reach the machine that it is on.
  std::optional<std::string> host_address;
  std::optional<std::string> availability_zone;
  std::optional<std::string> external_id;

  /// A registry of the task's revision that exists, or the service that stands for an endpoint of Service Connect.
  struct Registry {
    ecs::ServiceRegistry asked;
    DiscoveryServiceRow service;
  };
  std::vector<Registry> registries;
};

/// What a reader knows of a task; no registries when it is to stop, does not run yet, or its service has none.
TaskInstanceView task_instance_view(const Reader& rows, const TaskRow& task);

/// The instances that the task is to be. None where an address or a port that is needed is not known yet. Pure.
std::vector<DiscoveryInstanceRow> plan_task_instances(const TaskInstanceView& view);

/// Makes the task's instances what they are to be. To be called whenever the task changed.
void keep_task_instances(Tx& tx, const TaskRow& task);

}  // namespace roadstead
