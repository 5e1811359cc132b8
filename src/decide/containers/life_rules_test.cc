#include "decide/containers/life_rules.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant::from_seconds(1000);

const ContainerRules restarting{.name = "app", .restart = RestartRule{.ignored_exit_codes = {7}, .attempt_period = 60s}};

ContainerState running_since(Instant at) { return {.phase = ContainerPhase::running, .started_at = at}; }

TEST(Restarts, OnlyWithAPolicyAndAfterThePeriod) {
  ContainerState state = running_since(start);
  EXPECT_FALSE(restarts({.name = "app"}, state, {.code = 1, .at = start + 90s}, false));
  EXPECT_FALSE(restarts(restarting, state, {.code = 1, .at = start + 59s}, false));
  EXPECT_TRUE(restarts(restarting, state, {.code = 1, .at = start + 60s}, false));
  EXPECT_TRUE(restarts(restarting, state, {.code = 0, .at = start + 60s}, false));
}

TEST(Restarts, NotWhenStoppingNorForIgnoredCodes) {
  ContainerState state = running_since(start);
  EXPECT_FALSE(restarts(restarting, state, {.code = 1, .at = start + 90s}, true));
  EXPECT_FALSE(restarts(restarting, state, {.code = 7, .at = start + 90s}, false));
}

TEST(Restarts, ThePeriodCountsFromTheLastRestart) {
  ContainerState state = running_since(start);
  state.restarted_at = start + 100s;
  EXPECT_FALSE(restarts(restarting, state, {.code = 1, .at = start + 150s}, false));
  EXPECT_TRUE(restarts(restarting, state, {.code = 1, .at = start + 160s}, false));
}

TEST(ReasonOf, NamesMemoryAndUnseenEnds) {
  EXPECT_EQ(reason_of({.code = 1}), "");
  EXPECT_EQ(reason_of({.code = 137, .out_of_memory = true}), "OutOfMemoryError: Container killed due to memory usage");
  EXPECT_TRUE(reason_of({.code = std::nullopt}).starts_with("ContainerVanishedError: "));
}

TEST(AfterCheck, OneSuccessIsHealthyAndRetriesFailuresAreUnhealthy) {
  HealthRule rule{.retries = 2};
  HealthProgress health = after_check(rule, {}, start, true, start + 30s);
  EXPECT_EQ(health.status, ContainerHealth::healthy);
  EXPECT_EQ(health.status_since, start + 30s);
  health = after_check(rule, health, start, false, start + 60s);
  EXPECT_EQ(health.status, ContainerHealth::healthy);
  health = after_check(rule, health, start, false, start + 90s);
  EXPECT_EQ(health.status, ContainerHealth::unhealthy);
  EXPECT_EQ(health.status_since, start + 90s);
  health = after_check(rule, health, start, true, start + 120s);
  EXPECT_EQ(health.status, ContainerHealth::healthy);
  EXPECT_EQ(health.failures, 0);
}

TEST(AfterCheck, FailuresInsideStartPeriodDoNotCountUntilASuccess) {
  HealthRule rule{.retries = 1, .start_period = 100s};
  HealthProgress health = after_check(rule, {}, start, false, start + 30s);
  EXPECT_EQ(health.status, ContainerHealth::unknown);
  EXPECT_EQ(health.failures, 0);
  HealthProgress late = after_check(rule, health, start, false, start + 100s);
  EXPECT_EQ(late.status, ContainerHealth::unhealthy);
  HealthProgress early = after_check(rule, health, start, true, start + 40s);
  EXPECT_EQ(early.status, ContainerHealth::healthy);
  early = after_check(rule, early, start, false, start + 50s);
  EXPECT_EQ(early.status, ContainerHealth::unhealthy);
}

TEST(NextCheck, AnIntervalAfterStartOrLastCheck) {
  HealthRule rule{.interval = 10s};
  ContainerState state = running_since(start);
  EXPECT_EQ(next_check(rule, state), start + 10s);
  state.health.checked_at = start + 12s;
  EXPECT_EQ(next_check(rule, state), start + 22s);
}

struct TwoContainers {
  ContainerRules first{.name = "a"};
  ContainerRules second{.name = "b"};
  ContainerState one = running_since(start);
  ContainerState two = running_since(start);

  std::vector<ContainerFacts> facts() const { return {{&first, &one}, {&second, &two}}; }
};

TEST(TaskHealth, LooksAtEssentialContainersOnly) {
  TwoContainers task;
  task.one.health.status = ContainerHealth::healthy;
  EXPECT_EQ(task_health(task.facts()), ContainerHealth::unknown);
  task.second.essential = false;
  EXPECT_EQ(task_health(task.facts()), ContainerHealth::healthy);
  task.two.health.status = ContainerHealth::unhealthy;
  EXPECT_EQ(task_health(task.facts()), ContainerHealth::healthy);
  task.second.essential = true;
  EXPECT_EQ(task_health(task.facts()), ContainerHealth::unhealthy);
}

TEST(AllStarted, CountsFinishedHelpersButNotFailedEssentials) {
  TwoContainers task;
  EXPECT_TRUE(all_started(task.facts()));
  task.two = {.phase = ContainerPhase::starting};
  EXPECT_FALSE(all_started(task.facts()));
  task.two = {.phase = ContainerPhase::stopped};
  EXPECT_FALSE(all_started(task.facts()));
  task.second.essential = false;
  EXPECT_TRUE(all_started(task.facts()));
}

TEST(EndedEssential, IgnoresHelpers) {
  TwoContainers task;
  task.two.phase = ContainerPhase::stopped;
  task.second.essential = false;
  EXPECT_EQ(ended_essential(task.facts()), nullptr);
  EXPECT_FALSE(all_stopped(task.facts()));
  task.one.phase = ContainerPhase::stopped;
  ASSERT_NE(ended_essential(task.facts()), nullptr);
  EXPECT_EQ(ended_essential(task.facts())->rules->name, "a");
  EXPECT_TRUE(all_stopped(task.facts()));
}

}  // namespace
}  // namespace roadstead
