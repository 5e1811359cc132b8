// The life of one task on a node, as pure functions: what facts mean (`settle`), which steps are due (`due_steps`), what a
// step under way looks like (`begin`), and what its outcome changes (`finish_*`). The node agent and the simulation run
// exactly these.
//
//   row arrives ─► network ┐
//                  image ─► root ┴─► start (dependsOn) ─► running ─► end ─► restart? ─► … ─► all stopped ─► removal ─► stopped
//
// A node stops a task when it is told to (desired STOPPED and released), when its row is gone, or when an essential
// container has ended or cannot start. Rules: decide/containers; source: reference/ecs-core.md §3.
#pragma once

#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/progress.h"
#include "decide/containers/life_rules.h"

namespace roadstead {

/// What the control plane wants of a task, read from its row.
struct TaskIntent {
  /// Containers may be started.
  bool run = true;
  /// Stop signals may be sent.
  bool stop = false;
  /// awsvpc: the end of the task shows as DEPROVISIONING while its interface is given back.
  bool own_interface = true;

  bool operator==(const TaskIntent&) const = default;
};

/// One thing to do next for a task; `at` only for a wake.
struct TaskStep {
  ActionKind kind = ActionKind::wake;
  std::string container = {};
  std::string reason = {};
  Instant at = {};

  bool operator==(const TaskStep&) const = default;
};

/// `<task id>-<10 digits>` on Fargate, else 64 hexadecimal digits: the same whenever it is worked out for a container.
std::string runtime_id_of(const std::string& task_id, const std::string& container, bool fargate);

/// A progress with nothing done yet. `fargate` decides the form of runtime ids.
TaskProgress new_progress(
    const std::string& task_arn, const std::string& task_id, const std::vector<ContainerRules>& rules, bool fargate
);

/// Draws every conclusion that the facts allow at `now`: whether the task has started, ends, has ended; which containers
/// will never start. Doing it again changes nothing.
void settle(const std::vector<ContainerRules>& rules, const TaskIntent& intent, TaskProgress& progress, Instant now);

/// The steps due for a settled task, at most one for each container, and at most one wake. `groups_ready`: the security
/// groups that it needs are enforced. Empty when there is nothing to do, or only to wait for what is under way.
std::vector<TaskStep> due_steps(
    const std::vector<ContainerRules>& rules, const TaskIntent& intent, const TaskProgress& progress, bool groups_ready,
    Instant now
);

/// Marks a step as under way, so that it is not due again.
void begin(TaskProgress& progress, const TaskStep& step, Instant now);

/// Takes in the outcome of an action. Outcomes of containers or steps that are not under way are ignored.
void finish(const std::vector<ContainerRules>& rules, TaskProgress& progress, const ActionOutcome& outcome);

/// Takes in the end of a container: it restarts, or has stopped. `stopping`: the task is being stopped or not wanted.
/// An absent exit code means that nobody saw the end.
void finish_container(
    const ContainerRules& rules, ContainerProgress& container, const ContainerEnding& ending, bool stopping
);

/// Whether the node is ending this task.
bool is_stopping(const TaskIntent& intent, const TaskProgress& progress);

/// Whether some step of the task is under way that must end before it can be removed.
bool is_busy(const TaskProgress& progress);

/// Pairs of rules and states in the order of the definition. Containers without rules are left out.
std::vector<ContainerFacts> facts_of(const std::vector<ContainerRules>& rules, const TaskProgress& progress);

}  // namespace roadstead
