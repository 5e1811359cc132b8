#include "decide/tasks/task_reconcile.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/task_instance.h"
#include "decide/services/service_events.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

using std::chrono::seconds;

std::string key_of(const TargetRow& target) { return RowTraits<TargetRow>::key(target); }

/// A container's port behind a target group.
struct BalancedPort {
  std::string target_group_arn;
  std::int32_t port = 0;
};

/// Where a task's ports are to be registered: the load balancers of its revision; of two target groups the revision's own.
std::vector<BalancedPort> balanced_ports(const ServiceRevisionRow& revision) {
  std::vector<BalancedPort> ports;
  for (const auto& balancer : revision.load_balancers) {
    auto arn = revision.target_group_arn ? revision.target_group_arn : balancer.target_group_arn;
    if (arn) ports.push_back({*arn, balancer.container_port.value_or(80)});
  }
  if (revision.express && revision.target_group_arn) {
    ports.push_back({*revision.target_group_arn, revision.express->container_port});
  }
  return ports;
}

void register_targets(Tx& tx, const TaskRow& task) {
  if (!task.revision_arn || !task.network) return;
  auto revision = tx.find<ServiceRevisionRow>(*task.revision_arn);
  if (!revision) return;
  for (const auto& port : balanced_ports(*revision)) {
    TargetRow target{
        .target_group_arn = port.target_group_arn,
        .target_id = task.network->private_ip,
        .port = port.port,
        .task_arn = task.task_arn,
        .registered_at = tx.now(),
        .state = TargetState::initial,
        .reason = "Elb.RegistrationInProgress",
        .description = "Target registration is in progress",
        .state_at = tx.now(),
        .service_arn = task.service_arn,
    };
    if (tx.contains<TargetRow>(key_of(target)) || !tx.contains<TargetGroupRow>(port.target_group_arn)) continue;
    tx.put(std::move(target));
    say(tx, *task.service_arn, cat("registered 1 targets in (target-group ", port.target_group_arn, ")"));
  }
}

/// Takes targets that are drained, or had their time, away. True when none is left.
bool remove_drained(Tx& tx, const TaskRow& task, std::optional<Instant>& wake) {
  bool none_left = true;
  for (const auto& target : tx.list(TargetRowIndex::by_task, task.task_arn)) {
    auto group = tx.find<TargetGroupRow>(target->target_group_arn);
    auto delay = seconds(group ? group->deregistration_delay_seconds : 0);
    auto deadline = target->deregistered_at.value_or(tx.now()) + delay;
    if (target->drained || tx.now() >= deadline || task.last_status == TaskStatus::stopped) {
      tx.erase<TargetRow>(key_of(*target));
      continue;
    }
    none_left = false;
    if (!wake || deadline < *wake) wake = deadline;
  }
  return none_left;
}

void deregister_targets(Tx& tx, const TaskRow& task) {
  for (const auto& target : tx.list(TargetRowIndex::by_task, task.task_arn)) {
    if (target->deregistering) continue;
    tx.update<TargetRow>(key_of(*target), [&](TargetRow& row) {
      row.deregistering = true;
      row.deregistered_at = tx.now();
      // It never got a request, so none can be in flight.
      if (row.state == TargetState::initial) row.drained = true;
      row.state = TargetState::draining;
      row.reason = "Target.DeregistrationInProgress";
      row.description = "Target deregistration is in progress";
      row.state_at = tx.now();
    });
    if (!task.service_arn) continue;
    say(tx, *task.service_arn, cat("deregistered 1 targets in (target-group ", target->target_group_arn, ")"));
    say(tx, *task.service_arn, "has begun draining connections on 1 tasks.");
  }
}

std::optional<Instant> drain_then_release(Tx& tx, const TaskRow& task) {
  std::optional<Instant> wake;
  deregister_targets(tx, task);
  bool released = remove_drained(tx, task, wake);
  tx.update<TaskRow>(task.task_arn, [&](TaskRow& row) {
    if (released) {
      row.released_to_stop = true;
    } else if (row.last_status == TaskStatus::running || row.last_status == TaskStatus::activating) {
      row.last_status = TaskStatus::deactivating;
      ++row.version;
    }
  });
  return wake;
}

std::optional<Instant> give_back(Tx& tx, const TaskRow& task) {
  std::optional<Instant> wake;
  deregister_targets(tx, task);
  remove_drained(tx, task, wake);
  for (const auto& interface : tx.list(NetworkInterfaceRowIndex::by_task, task.task_arn)) {
    tx.erase<NetworkInterfaceRow>(interface->network_interface_id);
  }
  tx.erase<ResourceTagsRow>(task.task_arn);
  auto expires_at = task.expires_at.value_or(task.stopped_at.value_or(tx.now()) + stopped_task_kept);
  if (tx.now() >= expires_at) {
    tx.erase<TaskRow>(task.task_arn);
    return std::nullopt;
  }
  tx.update<TaskRow>(task.task_arn, [&](TaskRow& row) {
    row.expires_at = expires_at;
    row.desired_status = DesiredStatus::stopped;
  });
  return expires_at;
}

}  // namespace

Result<std::optional<Instant>> reconcile_task(Tx& tx, const std::string& task_arn) {
  auto task = tx.find<TaskRow>(task_arn);
  if (!task) return std::optional<Instant>();
  keep_task_instances(tx, *task);
  if (task->last_status == TaskStatus::stopped) return give_back(tx, *task);
  if (task->desired_status == DesiredStatus::stopped) {
    if (task->released_to_stop) return std::optional<Instant>();
    return drain_then_release(tx, *task);
  }
  if (task->last_status == TaskStatus::running && task->service_arn) register_targets(tx, *task);
  return std::optional<Instant>();
}

}  // namespace roadstead
