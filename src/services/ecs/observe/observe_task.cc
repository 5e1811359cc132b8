#include "services/ecs/observe/observe_task.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {
namespace {

/// A time of a node, which goes by a clock of its own: never later than the moment it is heard of.
std::optional<Instant> heard(std::optional<Instant> reported, Instant now) {
  return reported ? std::optional(std::min(*reported, now)) : std::nullopt;
}

// First one wins: what was once seen does not change.
template <class T>
void keep_first(std::optional<T>& seen, const std::optional<T>& reported) {
  if (!seen && reported) seen = reported;
}

void keep_first(std::optional<std::string>& seen, const std::string& reported) {
  if (!seen && !reported.empty()) seen = reported;
}

void observe_container(TaskContainer& seen, const ContainerObservation& reported, Instant now) {
  if (!reported.image_digest.empty()) seen.image_digest = reported.image_digest;
  if (!reported.runtime_id.empty() && reported.started_at) seen.runtime_id = reported.runtime_id;
  if (reported.last_status < seen.last_status) return;
  seen.last_status = reported.last_status;
  seen.health_status = reported.health_status;
  seen.restart_count = std::max(seen.restart_count, reported.restart_count);
  seen.exit_code = reported.exit_code;
  keep_first(seen.reason, reported.reason);
  keep_first(seen.started_at, heard(reported.started_at, now));
  keep_first(seen.finished_at, heard(reported.finished_at, now));
  if (!reported.network_bindings.empty()) seen.network_bindings = reported.network_bindings;
}

void observe_times(TaskRow& task, const TaskObservation& report, Instant now) {
  keep_first(task.pull_started_at, heard(report.pull_started_at, now));
  keep_first(task.pull_stopped_at, heard(report.pull_stopped_at, now));
  keep_first(task.started_at, heard(report.started_at, now));
  keep_first(task.stopping_at, heard(report.stopping_at, now));
  keep_first(task.execution_stopped_at, heard(report.execution_stopped_at, now));
  keep_first(task.stopped_at, heard(report.stopped_at, now));
}

// A task that its node ended needs no permission to stop any more; its targets are drained because it is to be STOPPED.
void observe_end(TaskRow& task, const TaskObservation& report) {
  if (!report.stop_code || task.desired_status == DesiredStatus::stopped) return;
  task.desired_status = DesiredStatus::stopped;
  if (!task.stop_code) task.stop_code = report.stop_code;
  keep_first(task.stopped_reason, report.stopped_reason);
}

void observe_status(const Reader& rows, TaskRow& task, const TaskObservation& report) {
  TaskStatus status = report.last_status;
  if (status == TaskStatus::running) status = status_when_started(rows, task);
  // ACTIVATING gives way to RUNNING by decision of decide/tasks only, not by the next report.
  bool activating = task.last_status == TaskStatus::activating && report.last_status == TaskStatus::running;
  if (!activating && status > task.last_status) task.last_status = status;
}

// The first task of a revision whose images are all resolved says for good which digests the revision runs.
void keep_images(Tx& tx, const TaskRow& task) {
  auto revision = task.revision_arn ? tx.find<ServiceRevisionRow>(*task.revision_arn) : nullptr;
  if (revision == nullptr || !revision->container_images.empty()) return;
  std::vector<ecs::ContainerImage> images;
  for (const auto& container : task.containers) {
    if (!container.image_digest) return;
    images.push_back({.container_name = container.name, .image_digest = container.image_digest, .image = container.image});
  }
  tx.update<ServiceRevisionRow>(*task.revision_arn, [&](ServiceRevisionRow& row) { row.container_images = std::move(images); });
}

}  // namespace

TaskStatus status_when_started(const Reader& rows, const TaskRow& task) {
  bool waits = false;
  rows.for_each(TargetRowIndex::by_task, task.task_arn, [&](const TargetRow& target) {
    waits = waits || (target.state == TargetState::initial && !target.deregistering);
  });
  return waits ? TaskStatus::activating : TaskStatus::running;
}

Status observe_task(Tx& tx, const TaskObservation& report) {
  auto before = tx.find<TaskRow>(report.task_arn);
  if (before == nullptr || before->node_id != report.node_id) {
    return Error{"UnknownTask", cat("the task ", report.task_arn, " is not one of node ", report.node_id)};
  }
  if (before->last_status == TaskStatus::stopped || report.sequence <= before->observed_sequence) return Done{};
  TaskRow task = *before;
  for (const auto& container : report.containers) {
    auto seen = std::ranges::find(task.containers, container.name, &TaskContainer::name);
    if (seen != task.containers.end()) observe_container(*seen, container, tx.now());
  }
  observe_times(task, report, tx.now());
  observe_end(task, report);
  observe_status(tx, task, report);
  task.health_status = report.health_status;
  bool visible = !(task == *before);
  task.observed_sequence = report.sequence;
  if (visible) ++task.version;
  keep_images(tx, task);
  tx.put(std::move(task));
  return Done{};
}

Status observe_node(Tx& tx, const std::string& node_id) {
  auto node = tx.update<NodeRow>(node_id, [&](NodeRow& row) { row.last_seen_at = tx.now(); });
  if (node == nullptr) return Error{"UnknownNode", cat("there is no node ", node_id)};
  return Done{};
}

}  // namespace roadstead
