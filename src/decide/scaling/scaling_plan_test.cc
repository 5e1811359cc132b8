#include "decide/scaling/scaling_plan.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant now = Instant::from_seconds(1'790'000'000);

ScalingView view_of(int desired, int lowest, int highest) {
  ScalableTargetRow target{.resource_id = "service/default/web", .scalable_target_arn = "arn"};
  target.min_capacity = lowest;
  target.max_capacity = highest;
  return {.target = std::make_shared<const ScalableTargetRow>(target), .desired_count = desired};
}

template <class F>
void edit_target(ScalingView& view, F&& change) {
  ScalableTargetRow row = *view.target;
  change(row);
  view.target = std::make_shared<const ScalableTargetRow>(row);
}

PolicyView policy_of(const std::string& name, double target, const char* high, const char* low, double load, double highest = -1) {
  ScalingPolicyRow row{.policy_arn = name, .policy_name = name, .resource_id = "service/default/web", .metric = "m"};
  row.target_value = target;
  row.high_alarm_name = name + "-high";
  row.low_alarm_name = name + "-low";
  PolicyView view{.policy = std::make_shared<const ScalingPolicyRow>(row), .high_state = high, .low_state = low};
  if (load >= 0) view.load = load;
  view.highest_load = highest >= 0 ? std::optional(highest) : view.load;
  return view;
}

struct ScalingCase {
  const char* what;
  int desired;
  int lowest;
  int highest;
  std::vector<PolicyView> policies;
  int wanted;  // -1: no action
};

TEST(ScalingPlan, Table) {
  const ScalingCase cases[] = {
      {"nothing rings", 2, 1, 10, {policy_of("cpu", 60, "OK", "OK", 100)}, -1},
      {"in proportion", 2, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", 2 * 90)}, 3},
      {"rounded up", 3, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", 3 * 61)}, 4},
      {"exactly full needs no more", 3, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", 3 * 60)}, -1},
      {"never above the maximum", 2, 1, 4, {policy_of("cpu", 60, "ALARM", "OK", 2 * 600)}, 4},
      {"at the maximum already", 4, 1, 4, {policy_of("cpu", 60, "ALARM", "OK", 4 * 90)}, -1},
      {"tasks under way are counted in", 5, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", 3 * 90)}, -1},
      {"the largest of several", 2, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", 180), policy_of("rps", 100, "ALARM", "OK", 650)}, 7},
      {"one may ask while another is idle", 2, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 10), policy_of("rps", 100, "ALARM", "OK", 250)}, 3},
      {"without data nothing", 2, 1, 10, {policy_of("cpu", 60, "ALARM", "OK", -1)}, -1},
      {"below the minimum it goes there at least", 1, 3, 10, {policy_of("cpu", 60, "ALARM", "OK", 70)}, 3},
      {"fewer", 4, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 4 * 20)}, 2},
      {"the busiest period counts", 4, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 4 * 20, 4 * 44)}, 3},
      {"never below the minimum", 4, 2, 10, {policy_of("cpu", 60, "OK", "ALARM", 0)}, 2},
      {"to zero where that is allowed", 4, 0, 10, {policy_of("cpu", 60, "OK", "ALARM", 0)}, 0},
      {"not while another policy is content", 4, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 40), policy_of("rps", 100, "OK", "OK", 380)}, -1},
      {"the largest of those that agree", 4, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 40), policy_of("rps", 100, "OK", "ALARM", 250)}, 3},
      {"no policy, no scaling", 4, 1, 10, {}, -1},
      {"one task less only if it is enough", 2, 1, 10, {policy_of("cpu", 60, "OK", "ALARM", 2 * 50)}, -1},
      {"above the maximum the first scale-in drops to it", 8, 1, 4, {policy_of("cpu", 60, "OK", "ALARM", 6 * 60)}, 4},
      {"above the maximum a scale-out leaves it", 8, 1, 4, {policy_of("cpu", 60, "ALARM", "OK", 9 * 60)}, -1},
  };
  for (const auto& one : cases) {
    auto view = view_of(one.desired, one.lowest, one.highest);
    view.policies = one.policies;
    auto plan = plan_scaling(view, now);
    EXPECT_EQ(plan.action ? plan.action->desired_count : -1, one.wanted) << one.what;
    if (plan.action) {
      EXPECT_EQ(plan.action->out, one.wanted > one.desired) << one.what;
    }
  }
}

TEST(ScalingPlan, NamesWhatAskedForIt) {
  auto view = view_of(2, 1, 10);
  view.policies = {policy_of("cpu", 60, "ALARM", "OK", 180), policy_of("rps", 100, "ALARM", "OK", 650)};
  auto plan = plan_scaling(view, now);
  ASSERT_TRUE(plan.action);
  EXPECT_EQ(plan.action->policy_name, "rps");
  EXPECT_EQ(plan.action->alarm_name, "rps-high");
}

TEST(ScalingPlan, LowersOnlyWhenCooldownsAreOver) {
  auto view = view_of(4, 1, 10);
  view.policies = {policy_of("cpu", 60, "OK", "ALARM", 60)};
  edit_target(view, [](auto& row) { row.scaled_in_at = now - 299s; });
  auto plan = plan_scaling(view, now);
  EXPECT_FALSE(plan.action);
  EXPECT_EQ(plan.wake, now + 1s);
  EXPECT_TRUE(plan_scaling(view, now + 1s).action);
  edit_target(view, [](auto& row) { row.scaled_out_at = now - 100s; });
  EXPECT_EQ(plan_scaling(view, now + 1s).wake, now + 200s);
}

TEST(ScalingPlan, RaisesAtOnceWhateverTheCooldowns) {
  auto view = view_of(4, 1, 10);
  view.policies = {policy_of("cpu", 60, "ALARM", "OK", 4 * 90)};
  edit_target(view, [](auto& row) { row.scaled_in_at = row.scaled_out_at = now - 1s; });
  EXPECT_TRUE(plan_scaling(view, now).action);
}

TEST(ScalingPlan, DeploymentsMayGrowButNotShrink) {
  auto view = view_of(4, 1, 10);
  view.is_deploying = true;
  view.policies = {policy_of("cpu", 60, "OK", "ALARM", 60)};
  EXPECT_FALSE(plan_scaling(view, now).action);
  view.policies = {policy_of("cpu", 60, "ALARM", "OK", 4 * 90)};
  EXPECT_TRUE(plan_scaling(view, now).action);
}

TEST(ScalingPlan, SuspensionsAndDisabledScaleInHold) {
  auto view = view_of(4, 1, 10);
  view.policies = {policy_of("cpu", 60, "OK", "ALARM", 60)};
  edit_target(view, [](auto& row) { row.scale_in_suspended = true; });
  EXPECT_FALSE(plan_scaling(view, now).action);
  edit_target(view, [](auto& row) { row.scale_in_suspended = false; });
  ScalingPolicyRow disabled = *view.policies[0].policy;
  disabled.scale_in_disabled = true;
  view.policies[0].policy = std::make_shared<const ScalingPolicyRow>(disabled);
  EXPECT_FALSE(plan_scaling(view, now).action);
  view.policies = {policy_of("cpu", 60, "ALARM", "OK", 4 * 90)};
  edit_target(view, [](auto& row) { row.scale_out_suspended = true; });
  EXPECT_FALSE(plan_scaling(view, now).action);
}

TEST(ScalingPlan, AWildMetricDoesNotOverflow) {
  EXPECT_EQ(tasks_for(1e300, 0.001), 1'000'000);
  EXPECT_EQ(tasks_for(5, 0), 0);
  EXPECT_EQ(tasks_for(-5, 10), 0);
  EXPECT_EQ(tasks_for(3 * 0.1, 0.1), 3) << "rounding errors need no task";
}

}  // namespace
}  // namespace roadstead
