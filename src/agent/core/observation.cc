#include "agent/core/observation.h"

#include "agent/core/network/render_ports.h"
#include "agent/core/render/render_container.h"
#include "agent/core/task_life.h"

namespace roadstead {
namespace {

ecs::HealthStatus health_of(ContainerHealth health) {
  switch (health) {
    case ContainerHealth::healthy:
      return ecs::HealthStatus::healthy;
    case ContainerHealth::unhealthy:
      return ecs::HealthStatus::unhealthy;
    case ContainerHealth::unknown:
      break;
  }
  return ecs::HealthStatus::unknown;
}

ContainerStatus status_of(ContainerPhase phase) {
  switch (phase) {
    case ContainerPhase::running:
      return ContainerStatus::running;
    case ContainerPhase::stopped:
      return ContainerStatus::stopped;
    case ContainerPhase::pending:
    case ContainerPhase::starting:
      break;
  }
  return ContainerStatus::pending;
}

TaskStatus status_of(const TaskProgress& progress, bool own_interface) {
  if (progress.stopped_at) return TaskStatus::stopped;
  if (progress.execution_stopped_at && own_interface) return TaskStatus::deprovisioning;
  if (progress.stopping_at) return TaskStatus::stopping;
  return progress.started_at ? TaskStatus::running : TaskStatus::pending;
}

std::vector<ecs::NetworkBinding> bindings_of(
    const ecs::TaskDefinition* definition, const std::string& name, const TaskProgress& progress
) {
  const auto* container = definition == nullptr ? nullptr : find_container(*definition, name);
  return container == nullptr ? std::vector<ecs::NetworkBinding>() : render_network_bindings(*container, progress.bindings);
}

}  // namespace

TaskObservation render_observation(
    const std::string& node_id, const std::vector<ContainerRules>& rules, const ecs::TaskDefinition* definition,
    const TaskProgress& progress, bool own_interface
) {
  TaskObservation report{.task_arn = progress.task_arn, .node_id = node_id, .sequence = progress.sequence};
  report.last_status = status_of(progress, own_interface);
  for (const auto& container : progress.containers) {
    report.containers.push_back({
        .name = container.name,
        .last_status = status_of(container.state.phase),
        .image_digest = container.image_digest,
        .runtime_id = container.runtime_id,
        .exit_code = container.state.phase == ContainerPhase::stopped ? container.state.exit_code : std::nullopt,
        .reason = container.state.reason,
        .health_status = health_of(container.state.health.status),
        .started_at = container.state.started_at,
        .finished_at = container.state.finished_at,
        .restart_count = container.state.restart_count,
        .network_bindings = bindings_of(definition, container.name, progress),
    });
  }
  report.pull_started_at = progress.pull_started_at;
  report.pull_stopped_at = progress.pull_stopped_at;
  report.started_at = progress.started_at;
  report.stopping_at = progress.stopping_at;
  report.execution_stopped_at = progress.execution_stopped_at;
  report.stopped_at = progress.stopped_at;
  report.stop_code = parse_enum<ecs::TaskStopCode>(progress.stop_code);
  report.stopped_reason = progress.stopped_reason;
  report.health_status = health_of(task_health(facts_of(rules, progress)));
  return report;
}

}  // namespace roadstead
