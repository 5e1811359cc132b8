// Task sets of services with the deployment controller EXTERNAL: each keeps its share of the desired count running; nothing
// moves from one to another by itself. Pure. Source: reference/ecs-core.md §1.11.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decide/services/service_action.h"
#include "decide/services/service_view.h"

namespace roadstead {

/// Whether somebody else deploys this service, by task sets.
bool is_external(const ServiceRow& service);

/// How many tasks a set is to have: its share of the desired count, rounded up.
int wanted_tasks(const ServiceRow& service, const TaskSetRow& set);

/// Copies what concerns one set out of the rows: the service with the set's revision as its only one.
std::optional<ServiceView> task_set_view_of(const Reader& rows, const TaskSetRow& set, Instant now);

/// Decides which tasks of a set start and stop. A set that drains stops all.
std::vector<ServiceAction> plan_task_set(const ServiceView& view, const TaskSetRow& set, Instant now);

/// Whether a set has exactly the tasks it wants, all healthy.
bool is_stable(const ServiceView& view, const TaskSetRow& set);

}  // namespace roadstead
