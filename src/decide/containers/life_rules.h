// Restart, health and stop rules of single containers, and what they mean for the task: whether an ended container is
// started again, what a check changes, when the next one is due, what the task's health is, which signals follow which.
// Pure; any thread. Source: reference/ecs-core.md §3.3–3.5.
#pragma once

#include <optional>
#include <span>

#include "decide/containers/container.h"

namespace roadstead {

/// How a container ended.
struct ContainerEnding {
  /// 128 + signal when a signal ended it; absent when nobody saw it end.
  std::optional<int> code = 0;
  /// The kernel killed it for memory.
  bool out_of_memory = false;
  Instant at;

  bool operator==(const ContainerEnding&) const = default;
};

/// Whether an ended container is started again (§3.4). `stopping`: its task or it was asked to stop.
bool restarts(const ContainerRules& container, const ContainerState& state, const ContainerEnding& exit, bool stopping);

/// The container `reason` of an exit, empty when the code says all.
std::string reason_of(const ContainerEnding& exit);

/// What one finished check makes of the health of a container (§3.5). `started` is its latest start.
HealthProgress after_check(const HealthRule& rule, HealthProgress health, Instant started, bool passed, Instant at);

/// When the next check of a running container is due: an interval after the last one ended, or after its start.
Instant next_check(const HealthRule& rule, const ContainerState& state);

/// The latest start of a container that has started at least once.
Instant latest_start(const ContainerState& state);

/// The task's healthStatus: essential containers only; unhealthy wins, then unknown; one without a check is unknown.
ContainerHealth task_health(std::span<const ContainerFacts> containers);

/// Whether every container has reached running at least once. One that could not start and is not essential counts.
bool all_started(std::span<const ContainerFacts> containers);

/// Whether every container has ended.
bool all_stopped(std::span<const ContainerFacts> containers);

/// The first essential container that has ended, which ends the task; null when there is none.
const ContainerFacts* ended_essential(std::span<const ContainerFacts> containers);

}  // namespace roadstead
