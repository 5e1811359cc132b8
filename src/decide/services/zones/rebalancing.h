// Keeps the tasks of a service even over Availability Zones: start one where the fewest are, wait until it is healthy, stop
// one where the most are, and again, until they are as even as their number allows.
//
//   balanced ──(two tasks or more apart)──► rebalancing: +1 in the emptiest zone ─► healthy ─► -1 in the fullest ─┐
//      ▲                                        ▲                                                                 │
//      └── "is AZ balanced" ◄───────────────────┴─────────────────────────────────────────────────────────────────┘
//   a new deployment stops it. It never goes below the desired count, and above it by one task at most.
//
// Pure; part of the plan of an idle service. Source: reference/ecs-core.md §4.13, texts §4.5.
#pragma once

#include "decide/services/service_view.h"

namespace roadstead {

struct ServicePlan;

/// Whether a service can be rebalanced at all: what ECS asks of strategies, constraints, percentages and launch type.
bool can_rebalance(const ServiceRow& service, const ServiceRevisionRow& revision);

/// Whether its owner wants that, too.
bool rebalances(const ServiceRow& service, const ServiceRevisionRow& revision);

/// Notes in the view which zones have room for tasks, and the zone of each task. Nothing when the service does not
/// rebalance or is being deployed. `view.deployment` is there already.
void note_zones(const Reader& rows, ServiceView& view, Instant now);

/// The next step of a service without a deployment, if there is one. `room` is how many more tasks may exist now. Returns how
/// many tasks more than the desired count are to stay for the moment: 0 or 1.
int plan_rebalancing(ServicePlan& plan, int room);

/// Ends it where it is, if it is under way: a deployment begins, or it is no longer wanted.
void stop_rebalancing(ServicePlan& plan);

}  // namespace roadstead
