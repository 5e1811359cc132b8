// What the rules about containers of a task look at: what the task definition says of a container, and how far the
// container has come. Plain values, so that the node agent and the simulation decide by the same functions.
// Nothing here knows rows, processes or time: `now` is always a parameter. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time/time.h"

namespace roadstead {

/// dependsOn[].condition. `start` also stands for links and volumesFrom.
enum class NeedCondition { start, complete, success, healthy };

/// "I start only after `container` has reached `condition`."
struct ContainerNeed {
  std::string container;
  NeedCondition condition = NeedCondition::start;

  bool operator==(const ContainerNeed&) const = default;
};

/// restartPolicy, present only when enabled.
struct RestartRule {
  std::vector<int> ignored_exit_codes = {};
  Duration attempt_period = std::chrono::seconds(300);

  bool operator==(const RestartRule&) const = default;
};

/// healthCheck with its defaults filled in. `command` is without its leading CMD; CMD-SHELL has become /bin/sh -c.
struct HealthRule {
  std::vector<std::string> command = {};
  Duration interval = std::chrono::seconds(30);
  Duration timeout = std::chrono::seconds(5);
  int retries = 3;
  Duration start_period{0};

  bool operator==(const HealthRule&) const = default;
};

/// What the definition says about one container's life.
struct ContainerRules {
  std::string name;
  bool essential = true;
  std::vector<ContainerNeed> needs = {};
  std::optional<RestartRule> restart = {};
  std::optional<HealthRule> health = {};
  /// How long those that need this one wait for it, from its start. Not for `start`.
  std::optional<Duration> start_timeout = {};
  Duration stop_timeout = std::chrono::seconds(30);

  bool operator==(const ContainerRules&) const = default;
};

/// pending ─► starting ─► running ─► stopped
///     └──────────┴───────(failed)──────▲      A restart goes from running to running: nobody outside sees it.
enum class ContainerPhase { pending, starting, running, stopped };

enum class ContainerHealth { unknown, healthy, unhealthy };

/// How the health check of one container stands.
struct HealthProgress {
  ContainerHealth status = ContainerHealth::unknown;
  /// Failures in a row that count.
  int failures = 0;
  /// A success ends the grace of startPeriod.
  bool grace_ended = false;
  /// When the last check ended; absent before the first.
  std::optional<Instant> checked_at = {};
  /// When `status` last changed.
  std::optional<Instant> status_since = {};

  bool operator==(const HealthProgress&) const = default;
};

/// How far one container has come.
struct ContainerState {
  ContainerPhase phase = ContainerPhase::pending;
  /// First start; present exactly if it ever ran.
  std::optional<Instant> started_at = {};
  std::optional<Instant> restarted_at = {};
  std::optional<Instant> finished_at = {};
  /// Present only if it ran and ended.
  std::optional<int> exit_code = {};
  /// "<Name>: <message>" when something went wrong.
  std::string reason = {};
  int restart_count = 0;
  HealthProgress health = {};

  bool operator==(const ContainerState&) const = default;
};

/// A container with what is known of it.
struct ContainerFacts {
  const ContainerRules* rules = nullptr;
  const ContainerState* state = nullptr;
};

}  // namespace roadstead
