// The service scheduler: how many tasks of which revision run, and how a deployment moves from one revision to the next.
//
//   PENDING ─► IN_PROGRESS ─► SUCCESSFUL
//                 │  breaker, alarm, failed resource, StopServiceDeployment
//                 ├─► ROLLBACK_IN_PROGRESS ─► ROLLBACK_SUCCESSFUL
//                 └─► ROLLBACK_FAILED (nothing to go back to) | STOPPED (roll-back not wanted)
//
//   stages of CANARY, LINEAR and BLUE_GREEN, and of every deployment behind two target groups:
//   RECONCILE_SERVICE ─► PRE_SCALE_UP ─► SCALE_UP ─► PRODUCTION_TRAFFIC_SHIFT (a step at a time) ─► BAKE_TIME ─► CLEAN_UP
//   a ROLLING deployment stays in SCALE_UP while it replaces tasks, then BAKE_TIME if it has one, then CLEAN_UP.
//
// Pure: the same view and time give the same actions. Source: reference/ecs-core.md §4, reference/express-mode.md §3.
#pragma once

#include <vector>

#include "decide/services/service_action.h"
#include "decide/services/service_view.h"

namespace roadstead {

/// Decides what must change for a service to be what its rows ask for. Empty, or only WakeAt, when nothing does.
std::vector<ServiceAction> plan_service(const ServiceView& view, Instant now);

/// Consecutive failures that trip the circuit breaker: half the desired count, at least 3, at most 200 (§4.8).
int breaker_threshold(int desired_count);

/// How long to wait before the next start after `failures` tasks in a row never ran (§4.6): 0, 1, 2, 4 … 900 s.
Duration start_delay(int failures);

}  // namespace roadstead
