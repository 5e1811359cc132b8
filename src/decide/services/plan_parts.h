// The parts that the plans of services share; see service_plan.h. Internal to decide/services.
#pragma once

#include <string>
#include <vector>

#include "decide/services/service_action.h"
#include "decide/services/service_view.h"

namespace roadstead {

/// A plan in the making.
struct ServicePlan {
  const ServiceView& view;
  Instant now;
  std::vector<ServiceAction> actions = {};

  void add(ServiceAction action) { actions.push_back(std::move(action)); }

  /// Looks again at `at` if that is still to come.
  void wake_at(Instant at) {
    if (at > now) add(WakeAt{at});
  }
};

/// The tasks that the plan stops so far, and the healthy ones that it leaves: of `only`, or of all revisions. Whoever may not go
/// below a bound asks this and not the view, which knows nothing of what this plan has already decided.
std::vector<std::string> stopped_by(const ServicePlan& plan);
int healthy_left(const ServicePlan& plan, const RevisionView* only = nullptr);

/// "Scaling activity initiated by (deployment ecs-svc/ID)", the reason of stops that the scheduler wants.
std::string scaling_reason(const ServiceView& view);

/// Keeps `wanted` good tasks of one revision: starts what is missing while there is `room` for more tasks, stops what is
/// too much, replaces what fails. `room` is how many more tasks may exist at this moment.
void keep_tasks(ServicePlan& plan, const RevisionView& revision, int wanted, int room);

/// Starts `missing` tasks of a revision unless its breaker is about to trip; one at a time and later after failures. `nodes`
/// says where, one for each, if that is not left to the placer.
void start_missing(ServicePlan& plan, const RevisionView& revision, int missing, std::vector<std::string> nodes = {});

/// Stops one task of a revision that fails, if its replacement is up or there is no room for one.
void replace_failing(ServicePlan& plan, const RevisionView& revision, int healthy, int wanted, bool no_room);

/// Stops up to `surplus` good tasks of a revision, those that do least first. Protected ones stay.
void stop_surplus(ServicePlan& plan, const RevisionView& revision, int surplus);

/// Stops all active tasks of a revision, protected ones only with `protected_too`.
void stop_all(ServicePlan& plan, const RevisionView& revision, bool protected_too = false);

/// Says that protected tasks of a revision are in the way, if there are any, and looks again when their protection ends.
void wait_for_protected(ServicePlan& plan, const RevisionView& revision);

/// Looks at the tasks that stopped since the last time: failures are counted, others forgotten.
void settle_stopped_tasks(ServicePlan& plan);

/// Goes on with the deployment in progress by one step. The view has a deployment.
void plan_deployment(ServicePlan& plan);

/// Keeps one task of the primary revision on each node of a DAEMON service, replaces those of old ones. The view has `daemon`.
void plan_daemon(ServicePlan& plan);

/// Stops the tasks of a DAEMON service where they are not to be; on drained instances once they are the last there.
void stop_misplaced(ServicePlan& plan);

/// Replaces the tasks of old revisions by those of the primary one within the percentages of the configuration (§4.2).
void plan_rolling(ServicePlan& plan);

}  // namespace roadstead
