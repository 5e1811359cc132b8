// Takes reports of nodes into the rows: the only writer of what a task is seen to do (architecture §5).
//
//   PROVISIONING ─► PENDING ─► ACTIVATING* ─► RUNNING ─► DEACTIVATING* ─► STOPPING ─► DEPROVISIONING ─► STOPPED
//   * by decide/tasks, for tasks with targets. A report moves a task only to the right.
//
// Lives on the state thread, inside a transaction. It stops nothing and starts nothing: planners act on what it wrote.
#pragma once

#include "services/ecs/observe/task_observation.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Writes a report into the row of its task. A report that is repeated or older than one seen changes nothing, nor does
/// any report on a stopped task; a task never goes back to an earlier state. When the node itself ended the task, the
/// desired status becomes STOPPED and the node's stop code and reason are kept, unless somebody stopped it before.
/// Bumps `version` when something visible has changed.
/// Errors: UnknownTask, when there is no such task or it is another node's: the node must remove it.
/// Source: reference/ecs-core.md §3.1, §3.2, §3.5.
Status observe_task(Tx& tx, const TaskObservation& report);

/// The state that a running task is shown in: ACTIVATING while it has targets that are still to be registered or have
/// had no verdict, else RUNNING. decide/tasks moves it on from ACTIVATING.
TaskStatus status_when_started(const Reader& rows, const TaskRow& task);

/// Notes that a node was heard of. Errors: UnknownNode.
Status observe_node(Tx& tx, const std::string& node_id);

}  // namespace roadstead
