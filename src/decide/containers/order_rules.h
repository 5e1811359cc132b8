// In which order containers of a task start and stop (reference/ecs-core.md §3.3). Pure functions over ContainerFacts;
// any thread. Validation of task definitions has made sure that there are no cycles and no unknown names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decide/containers/container.h"

namespace roadstead {

/// Whether a container may start now. Exactly one of three: `ready`; waiting (perhaps only until `until`, when the
/// startTimeout of what it waits for ends); or `never`, with the reason that becomes the task's stoppedReason.
struct StartVerdict {
  bool ready = false;
  std::optional<Instant> until = {};
  std::string never = {};

  bool operator==(const StartVerdict&) const = default;
};

/// Says whether `container` may start now, given all containers of its task.
/// START is met by a container that runs or has ended after running; COMPLETE by an end; SUCCESS by an end with 0;
/// HEALTHY by a healthy one. What can no longer be met answers `never` with a TaskDependencyError.
/// Source: reference/ecs-core.md §3.3.
StartVerdict may_start(const ContainerRules& container, std::span<const ContainerFacts> all, Instant now);

/// Whether a stop signal may be sent to `name` now: everything that needs it has stopped, or never began.
bool may_stop(std::string_view name, std::span<const ContainerFacts> all);

/// The names in an order in which each stands after all that it needs; equal ones in the order of the definition.
std::vector<std::string> start_order(std::span<const ContainerRules> containers);

}  // namespace roadstead
