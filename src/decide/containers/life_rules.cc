#include "decide/containers/life_rules.h"

#include <algorithm>
#include <string>

namespace roadstead {

bool restarts(const ContainerRules& container, const ContainerState& state, const ContainerEnding& exit, bool stopping) {
  if (!container.restart || stopping || !state.started_at) return false;
  const auto& ignored = container.restart->ignored_exit_codes;
  if (exit.code && std::ranges::find(ignored, *exit.code) != ignored.end()) return false;
  return exit.at - latest_start(state) >= container.restart->attempt_period;
}

std::string reason_of(const ContainerEnding& exit) {
  if (exit.out_of_memory) return "OutOfMemoryError: Container killed due to memory usage";
  if (!exit.code) return "ContainerVanishedError: the container ended while nobody was watching it";
  return {};
}

HealthProgress after_check(const HealthRule& rule, HealthProgress health, Instant started, bool passed, Instant at) {
  ContainerHealth before = health.status;
  health.checked_at = at;
  if (passed) {
    health.status = ContainerHealth::healthy;
    health.failures = 0;
    health.grace_ended = true;
  } else if (health.grace_ended || at - started >= rule.start_period) {
    health.failures = std::min(health.failures + 1, rule.retries);
    if (health.failures >= rule.retries) health.status = ContainerHealth::unhealthy;
  }
  if (health.status != before) health.status_since = at;
  return health;
}

Instant next_check(const HealthRule& rule, const ContainerState& state) {
  return state.health.checked_at.value_or(latest_start(state)) + rule.interval;
}

Instant latest_start(const ContainerState& state) {
  Instant started = state.started_at.value_or(Instant{});
  return state.restarted_at ? std::max(started, *state.restarted_at) : started;
}

ContainerHealth task_health(std::span<const ContainerFacts> containers) {
  bool unknown = false;
  bool any = false;
  for (const auto& container : containers) {
    if (!container.rules->essential) continue;
    any = true;
    if (container.state->health.status == ContainerHealth::unhealthy) return ContainerHealth::unhealthy;
    unknown = unknown || container.state->health.status == ContainerHealth::unknown;
  }
  return any && !unknown ? ContainerHealth::healthy : ContainerHealth::unknown;
}

bool all_started(std::span<const ContainerFacts> containers) {
  return std::ranges::all_of(containers, [](const ContainerFacts& container) {
    bool given_up = container.state->phase == ContainerPhase::stopped && !container.rules->essential;
    return given_up || (container.state->started_at && container.state->phase != ContainerPhase::starting);
  });
}

bool all_stopped(std::span<const ContainerFacts> containers) {
  return std::ranges::all_of(
      containers, [](const ContainerFacts& container) { return container.state->phase == ContainerPhase::stopped; }
  );
}

const ContainerFacts* ended_essential(std::span<const ContainerFacts> containers) {
  auto found = std::ranges::find_if(containers, [](const ContainerFacts& container) {
    return container.rules->essential && container.state->phase == ContainerPhase::stopped;
  });
  return found == containers.end() ? nullptr : &*found;
}

}  // namespace roadstead
