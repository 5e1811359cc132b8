// Where the tasks of a service are, and where those of a DAEMON service are to be: the parts of its view that look at
// container instances. Pure; state thread. Source: reference/ecs-core.md §4.2, §4.3, §5.7.
#pragma once

#include <string>
#include <vector>

#include "decide/services/service_view.h"

namespace roadstead {

/// Whether a service wants one task on each instance instead of a number of tasks.
bool is_daemon(const ServiceRow& service);

/// The nodes that a DAEMON service wants a task on, by id: those that are ACTIVE in its cluster and satisfy the constraints of
/// the service and of its primary revision. A node that was not heard of lately counts only while it has a task of the service.
std::vector<DaemonNode> daemon_nodes_of(const Reader& rows, const ServiceRow& service, Instant now);

/// Marks the tasks of a DAEMON service that are on no node of `view.daemon`, and those of them that have to wait.
void mark_misplaced(const Reader& rows, ServiceView& view);

/// Notes for each task the values that its service is spread over. With one node there are none.
void note_spread(const Reader& rows, ServiceView& view, Instant now);

}  // namespace roadstead
