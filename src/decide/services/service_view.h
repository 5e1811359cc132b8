// What the service planner looks at: one service, its live revisions with their tasks, its deployment, its traffic.
//
// A value copied out of the rows by one function, so that planning needs no store and a test can write any situation
// down by hand. The state thread builds it; nothing here changes a row.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time/time.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// One task with what its targets say of it.
struct ServiceTask {
  std::shared_ptr<const TaskRow> row;
  /// Runs, is healthy in all its target groups and by its own health checks.
  bool healthy = false;
  /// Runs, its grace period is over, and it is unhealthy: `failing_reason` is the stopped reason that AWS would give.
  bool failing = false;
  std::string failing_reason;
  /// What its health checks saw, for people; empty where nothing is known.
  std::string failing_detail = {};
  /// Its container instance is drained: it is to be replaced (reference/ecs-core.md §5.7).
  bool leaving = false;
  /// It leaves, but only once it is the last on its instance: a task of a DAEMON service.
  bool waits_for_others = false;
  /// The values that its service is spread over, by the order of the strategies; empty when there is one node.
  std::vector<std::string> spread = {};
  /// The Availability Zone it is in; only where the service rebalances.
  std::string zone = {};
  /// When `healthy` or `failing` may change by the mere passing of time.
  std::optional<Instant> changes_at;

  /// Wanted and not yet stopped.
  bool active() const {
    return row->desired_status == DesiredStatus::running && row->last_status != TaskStatus::stopped;
  }

  bool gone() const { return row->last_status == TaskStatus::stopped; }
};

struct RevisionView {
  std::shared_ptr<const ServiceRevisionRow> row;
  /// All that are not stopped, and stopped ones whose failure was not counted yet. Oldest first.
  std::vector<ServiceTask> tasks;

  int active_count() const;
  int healthy_count() const;
  /// Tasks that still take up room: anything not yet stopped.
  int present_count() const;
};

/// A managed resource that the first deployment waits for.
struct ManagedResource {
  std::string name;
  ecs::ManagedResourceStatus status = ecs::ManagedResourceStatus::provisioning;
  std::string reason;
};

/// A node that a DAEMON service wants a task on.
struct DaemonNode {
  std::string node_id;
  /// Heard of lately: it can be given a task.
  bool connected = true;
};

struct ServiceView {
  std::shared_ptr<const ServiceRow> service;
  /// PRIMARY first, then the other live ones, newest first.
  std::vector<RevisionView> revisions;
  std::shared_ptr<const ServiceDeploymentRow> deployment;
  /// Of Express services: load balancer, listener, rule, certificate, target groups.
  std::vector<ManagedResource> resources;
  /// Names of the deployment's alarms that are in ALARM.
  std::vector<std::string> alarms;
  /// Only of DAEMON services.
  std::optional<std::vector<DaemonNode>> daemon = {};
  /// The Availability Zones that have a node for its tasks, sorted; only of services that rebalance.
  std::vector<std::string> zones = {};

  const RevisionView* revision(std::string_view arn) const;
  const RevisionView& primary() const { return revisions.front(); }
};

/// Tasks that may exist at most and healthy ones that must exist at least, by the service's percentages.
struct TaskBounds {
  int lowest = 0;
  int highest = 0;
};
TaskBounds task_bounds(const ServiceRow& service);

/// All tasks of all live revisions that are not yet stopped.
int present_count(const ServiceView& view);
int healthy_count(const ServiceView& view);

/// Copies what concerns the service out of the rows; nothing when there is no such service.
std::optional<ServiceView> service_view_of(const Reader& rows, const std::string& service_arn, Instant now);

}  // namespace roadstead
