// What the service planner may want done. Each action is a change of rows (apply_service_action) or a wake-up.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time/time.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// Starts `count` tasks of a revision. Said as "has started N tasks: …".
struct StartTasks {
  std::string revision_arn;
  int count = 0;
  /// Where, one for each; empty when any node will do.
  std::vector<std::string> node_ids = {};
  /// The Availability Zone that they are to even out; empty otherwise.
  std::string zone = {};
};

/// Wants tasks stopped. Said as "has stopped N running tasks: …" unless `quietly`.
struct StopTasks {
  std::vector<std::string> task_arns;
  std::string reason;
  /// The Availability Zone that they are too many in; empty otherwise.
  std::string zone = {};
};

/// A task of the deployment ended or failed its checks before the deployment was done.
/// `never_ran` also slows down further starts (reference/ecs-core.md §4.6).
struct CountFailure {
  std::string task_arn;
  bool never_ran = false;
  bool in_deployment = false;
  /// A sentence for the user who asks why the deployment failed.
  std::string reason;
};

/// A stopped task was no failure (scaled in, stopped by the user): it need not be looked at again.
struct ForgetTask {
  std::string task_arn;
};

/// Tasks start well again: no more throttling.
struct ClearStartFailures {};

/// The deployment goes on to a stage; the first one also makes it IN_PROGRESS, CLEAN_UP makes its revision the one to go
/// back to.
struct EnterStage {
  ecs::ServiceDeploymentLifecycleStage stage{};
};

/// Hooks begin to wait for an answer; they get their ids when they are stored.
struct OpenHooks {
  std::vector<DeploymentHook> hooks;
};

/// Nobody answered a hook.
struct EndHook {
  std::string hook_id;
  ecs::DeploymentLifecycleHookStatus status{};
};

/// `percent` of production traffic goes to the primary revision, the rest to `other_revision_arn` (may be empty).
struct ShiftTraffic {
  double percent = 0;
  int step = 0;
  std::string other_revision_arn;
};

/// The deployment reached its target: the old revisions leave deployments[].
struct CompleteDeployment {};

/// The deployment failed or was stopped and goes back to `revision_arn`, which becomes PRIMARY again.
struct BeginRollback {
  std::string revision_arn;
  std::string reason;
  std::string rollout_reason;
};

/// The rollback reached its revision.
struct FinishRollback {};

/// The deployment ends where it is, with nothing to go back to or not asked to. `status` is STOPPED or ROLLBACK_FAILED.
struct FailDeployment {
  ecs::ServiceDeploymentStatus status{};
  std::string reason;
  std::string rollout_reason;
};

/// The service has, or no longer has, what it wants.
struct SetSteady {
  bool steady = false;
};

/// Tasks are moved between Availability Zones from now on, or no longer. `text` is what the user is told.
struct SetRebalancing {
  bool under_way = false;
  std::string text;
};

/// All tasks of a deleted service are gone: it becomes INACTIVE.
struct Inactivate {};

/// A revision that is neither deployed nor to go back to has no task left: it leaves deployments[].
struct RetireRevision {
  std::string revision_arn;
};

/// A task is unhealthy, which is said once and before what comes of it.
struct SayUnhealthy {
  std::string task_arn;
  /// The reason that it is stopped with.
  std::string reason;
};

/// The percentages of the deployment configuration allow neither a start nor a stop.
struct SayBlockedByConfiguration {};

/// Protected tasks of a deployment keep it from scaling in.
struct SayBlockedByProtection {
  std::string deployment_id;
};

/// Look again at this time even if no row changes.
struct WakeAt {
  Instant at;
};

using ServiceAction = std::variant<StartTasks, StopTasks, CountFailure, ForgetTask, ClearStartFailures, EnterStage,
                                   OpenHooks, EndHook, ShiftTraffic, CompleteDeployment, BeginRollback, FinishRollback, FailDeployment,
                                   SetSteady, SetRebalancing, Inactivate, RetireRevision, SayUnhealthy, SayBlockedByConfiguration,
                                   SayBlockedByProtection, WakeAt>;

}  // namespace roadstead
