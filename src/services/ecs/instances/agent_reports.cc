#include "services/ecs/instances/agent_reports.h"

#include <algorithm>

#include "base/text/text.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"
#include "services/ecs/observe/observe_task.h"

namespace roadstead::ecs {

namespace {

constexpr auto acknowledged = "accepted";

/// The task that an agent reports on; null when it is forgotten, which an agent must not be told as an error, or it would
/// repeat its report for ever. Errors: InvalidParameterException, which makes an agent drop the report.
Result<std::shared_ptr<const TaskRow>> reported_task(Tx& tx, const Caller& who, const std::optional<std::string>& cluster_name,
                                                     const std::optional<std::string>& reference) {
  auto cluster = TRY(find_cluster(tx, who, cluster_name));
  if (!reference || reference->empty()) return invalid_parameter("task must be specified.");
  auto task = find_task(tx, who, cluster->cluster_arn, *reference);
  if (!task) return task;
  auto instance = tx.find<ContainerInstanceRow>(task->container_instance_arn.value_or(""));
  if (!instance || !instance->foreign || instance->node_id != task->node_id) {
    return invalid_parameter("The task runs on a node of Roadstead, which reports for itself.");
  }
  tx.update<ContainerInstanceRow>(instance->container_instance_arn, [&](ContainerInstanceRow& row) { row.agent_seen_at = tx.now(); });
  return task;
}

TaskStatus task_status_of(const std::optional<std::string>& text) {
  if (text == "RUNNING") return TaskStatus::running;
  if (text == "STOPPED") return TaskStatus::stopped;
  return TaskStatus::pending;
}

ContainerStatus container_status_of(const std::optional<std::string>& text) {
  if (text == "RUNNING") return ContainerStatus::running;
  if (text == "STOPPED") return ContainerStatus::stopped;
  return ContainerStatus::pending;
}

ContainerObservation observation_of(const ContainerStateChange& change, Instant now) {
  ContainerObservation out;
  out.name = change.container_name.value_or("");
  out.last_status = container_status_of(change.status);
  out.image_digest = change.image_digest.value_or("");
  out.runtime_id = change.runtime_id.value_or("");
  out.exit_code = change.exit_code;
  out.reason = change.reason.value_or("");
  out.network_bindings = change.network_bindings.value_or(std::vector<NetworkBinding>{});
  if (out.last_status == ContainerStatus::running) out.started_at = now;
  if (out.last_status == ContainerStatus::stopped) out.finished_at = now;
  return out;
}

/// Agents never say why a task ended: that follows from what is known of it (§4.1).
void add_end(TaskObservation& report, const TaskRow& task, const std::string& reason) {
  bool ran = task.started_at.has_value() || std::ranges::any_of(report.containers, [](const ContainerObservation& container) {
    return container.exit_code.has_value();
  });
  report.stop_code = ran ? TaskStopCode::essential_container_exited : TaskStopCode::task_failed_to_start;
  report.stopped_reason = !reason.empty() ? reason : ran ? "Essential container in task exited" : "Task failed to start";
}

Status observe(Tx& tx, const TaskRow& task, TaskStatus status, const std::vector<ContainerStateChange>& containers,
               const std::string& reason, const SubmitTaskStateChangeRequest& times) {
  TaskObservation report{.task_arn = task.task_arn, .node_id = *task.node_id, .sequence = task.observed_sequence + 1, .last_status = status};
  for (const auto& change : containers) report.containers.push_back(observation_of(change, tx.now()));
  report.pull_started_at = times.pull_started_at;
  report.pull_stopped_at = times.pull_stopped_at;
  report.execution_stopped_at = times.execution_stopped_at;
  if (status == TaskStatus::running) report.started_at = tx.now();
  if (status == TaskStatus::stopped) {
    report.stopped_at = tx.now();
    add_end(report, task, reason);
  }
  return observe_task(tx, report);
}

}  // namespace

/// Errors: ClientException always, once cluster and instance are known to be there: there is no endpoint to name.
Result<DiscoverPollEndpointResponse> discover_poll_endpoint(Tx& tx, const Caller& who, const DiscoverPollEndpointRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  if (in.container_instance) TRY(instance_named(tx, who, *cluster, *in.container_instance, tx.now()));
  return client_error("This installation serves no agent endpoint (ACS): Roadstead's own nodes need none. An agent from elsewhere can "
                      "find its tasks with ListTasks and DescribeTasks and report with SubmitTaskStateChange.");
}

Result<SubmitTaskStateChangeResponse> submit_task_state_change(Tx& tx, const Caller& who, const SubmitTaskStateChangeRequest& in) {
  auto task = TRY(reported_task(tx, who, in.cluster, in.task));
  if (task) {
    auto containers = in.containers.value_or(std::vector<ContainerStateChange>{});
    TRY(observe(tx, *task, task_status_of(in.status), containers, in.reason.value_or(""), in));
  }
  return SubmitTaskStateChangeResponse{.acknowledgment = acknowledged};
}

Result<SubmitContainerStateChangeResponse> submit_container_state_change(
    Tx& tx, const Caller& who, const SubmitContainerStateChangeRequest& in
) {
  auto task = TRY(reported_task(tx, who, in.cluster, in.task));
  if (task) {
    ContainerStateChange change;
    change.container_name = in.container_name;
    change.runtime_id = in.runtime_id;
    change.status = in.status;
    change.exit_code = in.exit_code;
    change.reason = in.reason;
    change.network_bindings = in.network_bindings;
    TRY(observe(tx, *task, TaskStatus::pending, {std::move(change)}, "", SubmitTaskStateChangeRequest{}));
  }
  return SubmitContainerStateChangeResponse{.acknowledgment = acknowledged};
}

/// Interfaces belong to Roadstead's nodes, which attach them; there is nothing that an agent's word would change.
Result<SubmitAttachmentStateChangesResponse> submit_attachment_state_changes(
    Tx& tx, const Caller& who, const SubmitAttachmentStateChangesRequest& in
) {
  TRY(find_cluster(tx, who, in.cluster));
  if (in.attachments.empty()) return invalid_parameter("attachments can not be empty");
  return SubmitAttachmentStateChangesResponse{.acknowledgment = acknowledged};
}

}  // namespace roadstead::ecs
