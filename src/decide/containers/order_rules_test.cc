#include "decide/containers/order_rules.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

// A small task: rules and states side by side.
struct Task {
  std::vector<ContainerRules> rules;
  std::vector<ContainerState> states;

  explicit Task(std::vector<ContainerRules> given) : rules(std::move(given)), states(rules.size()) {}

  std::vector<ContainerFacts> facts() const {
    std::vector<ContainerFacts> all;
    for (std::size_t at = 0; at < rules.size(); ++at) all.push_back({&rules[at], &states[at]});
    return all;
  }
};

constexpr Instant start = Instant::from_seconds(1000);

ContainerState running() { return {.phase = ContainerPhase::running, .started_at = start}; }

ContainerState stopped(int code) {
  return {.phase = ContainerPhase::stopped, .started_at = start, .finished_at = start + 1s, .exit_code = code};
}

Task pair(NeedCondition condition, std::optional<Duration> start_timeout = {}) {
  return Task({
      {.name = "app", .needs = {{"db", condition}}},
      {.name = "db", .start_timeout = start_timeout},
  });
}

StartVerdict verdict_when(NeedCondition condition, const ContainerState& db) {
  Task task = pair(condition);
  task.states[1] = db;
  return may_start(task.rules[0], task.facts(), start);
}

TEST(MayStart, WithoutNeedsAtOnce) {
  Task task({{.name = "app"}});
  EXPECT_TRUE(may_start(task.rules[0], task.facts(), start).ready);
}

TEST(MayStart, StartIsMetByRunningAndByHavingRun) {
  EXPECT_FALSE(verdict_when(NeedCondition::start, {}).ready);
  EXPECT_FALSE(verdict_when(NeedCondition::start, {.phase = ContainerPhase::starting}).ready);
  EXPECT_TRUE(verdict_when(NeedCondition::start, running()).ready);
  EXPECT_TRUE(verdict_when(NeedCondition::start, stopped(3)).ready);
  EXPECT_FALSE(verdict_when(NeedCondition::start, {.phase = ContainerPhase::stopped}).never.empty());
}

TEST(MayStart, CompleteIsMetByAnyEnd) {
  EXPECT_FALSE(verdict_when(NeedCondition::complete, running()).ready);
  EXPECT_TRUE(verdict_when(NeedCondition::complete, stopped(3)).ready);
}

TEST(MayStart, SuccessNeedsZero) {
  EXPECT_TRUE(verdict_when(NeedCondition::success, stopped(0)).ready);
  StartVerdict verdict = verdict_when(NeedCondition::success, stopped(3));
  EXPECT_EQ(verdict.never, "TaskDependencyError: container app needs container db to reach SUCCESS, but it exited with code 3");
}

TEST(MayStart, HealthyWaitsForAVerdictAndFailsWithTheContainer) {
  ContainerState healthy = running();
  EXPECT_FALSE(verdict_when(NeedCondition::healthy, healthy).ready);
  healthy.health.status = ContainerHealth::unhealthy;
  EXPECT_EQ(verdict_when(NeedCondition::healthy, healthy), StartVerdict{});
  healthy.health.status = ContainerHealth::healthy;
  EXPECT_TRUE(verdict_when(NeedCondition::healthy, healthy).ready);
  EXPECT_FALSE(verdict_when(NeedCondition::healthy, stopped(0)).never.empty());
}

TEST(MayStart, StartTimeoutCountsFromTheStartOfWhatIsNeeded) {
  Task task = pair(NeedCondition::healthy, 20s);
  EXPECT_EQ(may_start(task.rules[0], task.facts(), start).until, std::nullopt);
  task.states[1] = running();
  EXPECT_EQ(may_start(task.rules[0], task.facts(), start + 5s).until, start + 20s);
  EXPECT_EQ(may_start(task.rules[0], task.facts(), start + 20s).never,
            "TaskDependencyError: container db did not reach HEALTHY within its startTimeout of 20 s");
}

TEST(MayStart, UnknownNeedNeverStarts) {
  Task task({{.name = "app", .needs = {{"ghost", NeedCondition::start}}}});
  EXPECT_FALSE(may_start(task.rules[0], task.facts(), start).never.empty());
}

TEST(MayStop, OnlyAfterThoseThatNeedIt) {
  Task task = pair(NeedCondition::start);
  task.states = {running(), running()};
  EXPECT_TRUE(may_stop("app", task.facts()));
  EXPECT_FALSE(may_stop("db", task.facts()));
  task.states[0] = stopped(0);
  EXPECT_TRUE(may_stop("db", task.facts()));
  task.states[0] = {};
  EXPECT_TRUE(may_stop("db", task.facts()));
}

TEST(StartOrder, PutsNeedsFirst) {
  std::vector<ContainerRules> rules{
      {.name = "web", .needs = {{"app", NeedCondition::start}}},
      {.name = "app", .needs = {{"db", NeedCondition::healthy}}},
      {.name = "db"},
      {.name = "log"},
  };
  EXPECT_EQ(start_order(rules), (std::vector<std::string>{"db", "app", "web", "log"}));
}

}  // namespace
}  // namespace roadstead
