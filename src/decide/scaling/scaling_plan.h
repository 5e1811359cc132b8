// Target tracking: how many tasks a service should have so that each has about its target to do.
//
//              high alarm: 3 periods over the target            low alarm: 15 periods under 90 % of it
//   (steady) ─────────────────────────────────────► more    ───────────────────────────────────────────► fewer
//              at once, also during a deployment               not during a deployment, not before both cooldowns are over
//
// A policy's load is what all tasks have to do together, as measured in the newest period, so tasks that were started since
// then do not make the answer grow again: ceil(load / target). More: any policy, the largest wins. Fewer: all policies
// agree, the largest wins, and the busiest of the 15 periods counts. Pure. Source: reference/ecs-core.md §8.2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time/time.h"
#include "rows/rows.gen.h"

namespace roadstead {

struct PolicyView {
  std::shared_ptr<const ScalingPolicyRow> policy;
  /// "OK", "ALARM" or "INSUFFICIENT_DATA" of its two alarms.
  std::string high_state;
  std::string low_state;
  /// Of all tasks together, in units of the metric: now, and the most in the periods that the low alarm looks at.
  std::optional<double> load;
  std::optional<double> highest_load;
};

struct ScalingView {
  std::shared_ptr<const ScalableTargetRow> target;
  int desired_count = 0;
  bool is_deploying = false;
  std::vector<PolicyView> policies;
};

/// A new desired count and what asked for it.
struct ScaleAction {
  int desired_count = 0;
  bool out = false;
  /// The alarm and the policy, for the activity's cause.
  std::string alarm_name;
  std::string policy_name;

  bool operator==(const ScaleAction&) const = default;
};

struct ScalingPlan {
  std::optional<ScaleAction> action;
  /// When a cooldown ends that stood in the way.
  std::optional<Instant> wake;
};

/// Tasks needed for `load`, each having `target_value`.
int tasks_for(double load, double target_value);

/// Decides on the service's desired count.
ScalingPlan plan_scaling(const ScalingView& view, Instant now);

}  // namespace roadstead
