#include "services/ecs/state_events/service_actions.h"

#include "base/text/text.h"

namespace roadstead::ecs {

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What a task lacked, in the words of the event.
std::string placement_reason(std::string_view message) {
  if (has(message, "insufficient CPU")) return "RESOURCE:CPU";
  if (has(message, "insufficient memory")) return "RESOURCE:MEMORY";
  if (has(message, "already using a port")) return "RESOURCE:PORTS";
  if (has(message, "missing an attribute")) return "ATTRIBUTE";
  if (has(message, "No Container Instances")) return "RESOURCE:INSTANCE";
  return "RESOURCE:FARGATE";
}

bool is_failing(ServiceDeploymentStatus status) {
  switch (status) {
    case ServiceDeploymentStatus::rollback_requested:
    case ServiceDeploymentStatus::rollback_in_progress:
    case ServiceDeploymentStatus::rollback_successful:
    case ServiceDeploymentStatus::rollback_failed:
    case ServiceDeploymentStatus::stopped:
      return true;
    default:
      return false;
  }
}

std::string deployment_id_of(const Reader& rows, const std::string& revision_arn) {
  auto revision = rows.find<ServiceRevisionRow>(revision_arn);
  return revision ? revision->deployment_id : std::string();
}

std::string rollback_id_of(const Reader& rows, const ServiceDeploymentRow& row) {
  if (row.rollback && row.rollback->service_revision_arn) return deployment_id_of(rows, *row.rollback->service_revision_arn);
  return row.source_revision_arns.empty() ? std::string() : deployment_id_of(rows, row.source_revision_arns.front());
}

ServiceHappening failed(const ServiceDeploymentRow& row, std::string id) {
  auto reason = row.breaker_triggered ? std::string("ECS deployment circuit breaker: tasks failed to start.")
                                      : row.status_reason.value_or(cat("ECS deployment ", id, " was stopped."));
  return {"ERROR", "SERVICE_DEPLOYMENT_FAILED", std::move(reason), std::move(id)};
}

ServiceHappening completed(std::string id) {
  return {"INFO", "SERVICE_DEPLOYMENT_COMPLETED", cat("ECS deployment ", id, " completed."), id};
}

}  // namespace

std::optional<ServiceHappening> service_action_of(std::string_view message) {
  if (has(message, ") has reached a steady state.")) return ServiceHappening{"INFO", "SERVICE_STEADY_STATE"};
  if (has(message, ") was unable to place a task")) {
    return ServiceHappening{"ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", placement_reason(message)};
  }
  if (has(message, ") is unable to consistently start tasks successfully")) return ServiceHappening{"WARN", "SERVICE_TASK_START_IMPAIRED"};
  if (has(message, ") operations are being throttled")) return ServiceHappening{"ERROR", "ECS_OPERATION_THROTTLED"};
  if (has(message, "Message: Successfully set desired count")) return ServiceHappening{"INFO", "SERVICE_DESIRED_COUNT_UPDATED"};
  if (has(message, ". AZ Rebalancing in progress.")) return ServiceHappening{"INFO", "SERVICE_REBALANCING_STARTED"};
  if (has(message, ") is AZ balanced with ")) return ServiceHappening{"INFO", "SERVICE_REBALANCING_COMPLETED"};
  if (has(message, ") stopped AZ Rebalancing.")) return ServiceHappening{"INFO", "SERVICE_REBALANCING_STOPPED"};
  return std::nullopt;
}

std::vector<ServiceHappening> deployment_changes(const Reader& rows, const ServiceDeploymentRow* before, const ServiceDeploymentRow& after) {
  std::vector<ServiceHappening> out;
  auto id = deployment_id_of(rows, after.target_revision_arn);
  if (before == nullptr) {
    out.push_back({"INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", cat("ECS deployment ", id, " in progress."), id});
  }
  if (before != nullptr && before->status == after.status) return out;
  if (is_failing(after.status) && (before == nullptr || !is_failing(before->status))) out.push_back(failed(after, id));
  if (after.status == ServiceDeploymentStatus::successful) out.push_back(completed(id));
  if (after.status == ServiceDeploymentStatus::rollback_in_progress) {
    auto back = rollback_id_of(rows, after);
    auto why = after.breaker_triggered ? "ECS deployment circuit breaker: rolling back to deploymentId " : "ECS deployment rolling back to deploymentId ";
    out.push_back({"INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", cat(why, back, '.'), back});
  }
  if (after.status == ServiceDeploymentStatus::rollback_failed && before != nullptr && is_failing(before->status)) {
    out.push_back(failed(after, rollback_id_of(rows, after)));
  }
  if (after.status == ServiceDeploymentStatus::rollback_successful) out.push_back(completed(rollback_id_of(rows, after)));
  return out;
}

}  // namespace roadstead::ecs
