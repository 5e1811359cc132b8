// Pause hooks: a deployment waits in a stage until somebody says ContinueServiceDeployment, or until its patience ends.
//
//   stage entered ─► AWAITING_ACTION ──CONTINUE──► SUCCEEDED ─► the stage goes on
//                          ├──ROLLBACK──────────► FAILED ────► the deployment rolls back
//                          └──expired───────────► TIMED_OUT ─► as timeoutConfiguration.action says
//
// All hooks of a stage wait side by side; one that wants to go back wins. Pure. Source: reference/ecs-core.md §4.11.
#pragma once

#include <optional>
#include <string>

#include "rows/rows.gen.h"

namespace roadstead {

struct ServicePlan;

/// The stage in which a deployment waits for the hooks of `stage`; nothing for stages that cannot pause. The hooks of
/// PRE_PRODUCTION_TRAFFIC_SHIFT wait in POST_TEST_TRAFFIC_SHIFT: deployments have no stage of their own for them.
std::optional<ecs::ServiceDeploymentLifecycleStage> waiting_stage(ecs::DeploymentLifecycleHookStage stage);

/// Whether a deployment of this configuration stops in `stage` for hooks.
bool has_pause(const ecs::DeploymentConfiguration& configuration, ecs::ServiceDeploymentLifecycleStage stage);

struct HookVerdict {
  bool waits = false;
  /// Why the deployment must go back; empty when it need not.
  std::string failure = {};
};

/// Opens the hooks of the stage that the deployment is in, ends those whose time is over, and says whether it may go on.
HookVerdict plan_pause_hooks(ServicePlan& plan);

}  // namespace roadstead
