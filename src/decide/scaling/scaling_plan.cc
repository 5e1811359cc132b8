#include "decide/scaling/scaling_plan.h"

#include <algorithm>
#include <cmath>

namespace roadstead {

namespace {

using std::chrono::seconds;

/// More than any service can have: keeps a wild metric from overflowing.
constexpr double most_tasks = 1'000'000;

ScaleAction action_of(const PolicyView& policy, int count, bool out) {
  return {.desired_count = count,
          .out = out,
          .alarm_name = (out ? policy.policy->high_alarm_name : policy.policy->low_alarm_name).value_or(""),
          .policy_name = policy.policy->policy_name};
}

/// The largest count that a policy whose high alarm rings asks for.
std::optional<ScaleAction> wanted_out(const ScalingView& view) {
  std::optional<ScaleAction> most;
  for (const auto& policy : view.policies) {
    if (policy.high_state != "ALARM" || !policy.load) continue;
    int count = tasks_for(*policy.load, policy.policy->target_value);
    if (!most || count > most->desired_count) most = action_of(policy, count, true);
  }
  if (!most) return std::nullopt;
  most->desired_count = std::clamp(most->desired_count, view.target->min_capacity, view.target->max_capacity);
  return most->desired_count > view.desired_count ? most : std::nullopt;
}

/// The largest count that the policies agree on, when all that may lower it want to and none is in need.
std::optional<ScaleAction> wanted_in(const ScalingView& view) {
  std::optional<ScaleAction> most;
  for (const auto& policy : view.policies) {
    if (policy.high_state == "ALARM") return std::nullopt;
    if (policy.policy->scale_in_disabled) continue;
    if (policy.low_state != "ALARM" || !policy.highest_load) return std::nullopt;
    int count = tasks_for(*policy.highest_load, policy.policy->target_value);
    if (!most || count > most->desired_count) most = action_of(policy, count, false);
  }
  if (!most) return std::nullopt;
  most->desired_count = std::clamp(most->desired_count, view.target->min_capacity, view.target->max_capacity);
  return most->desired_count < view.desired_count ? most : std::nullopt;
}

/// When the cooldowns are over that keep the count from being lowered: the longest of the policies.
Instant may_lower_at(const ScalingView& view) {
  Instant at;
  for (const auto& policy : view.policies) {
    const auto& row = *policy.policy;
    if (view.target->scaled_in_at) at = std::max(at, *view.target->scaled_in_at + seconds(row.scale_in_cooldown_seconds));
    if (view.target->scaled_out_at) at = std::max(at, *view.target->scaled_out_at + seconds(row.scale_out_cooldown_seconds));
  }
  return at;
}

}  // namespace

int tasks_for(double load, double target_value) {
  if (!(target_value > 0) || !(load > 0)) return 0;
  // What is over by rounding alone needs no task of its own.
  return static_cast<int>(std::ceil(std::min(load / target_value, most_tasks) - 1e-6));
}

ScalingPlan plan_scaling(const ScalingView& view, Instant now) {
  if (auto out = wanted_out(view)) {
    if (view.target->scale_out_suspended) return {};
    return {.action = out, .wake = {}};
  }
  auto in = wanted_in(view);
  if (!in || view.is_deploying || view.target->scale_in_suspended) return {};
  auto allowed_at = may_lower_at(view);
  if (now < allowed_at) return {.action = {}, .wake = allowed_at};
  return {.action = in, .wake = {}};
}

}  // namespace roadstead
