#include "agent/core/task_life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/id/id.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

// One task whose actors answer when the test says so.
struct Life {
  std::vector<ContainerRules> rules;
  TaskIntent intent;
  TaskProgress progress;
  Instant now = Instant::from_seconds(1'000'000);
  bool groups_ready = true;

  explicit Life(std::vector<ContainerRules> given)
      : rules(std::move(given)), progress(new_progress("arn:t", "0123456789abcdef0123456789abcdef", rules, true)) {}

  // Settles, plans and begins; answers "kind container" of every step.
  std::vector<TaskStep> steps() {
    settle(rules, intent, progress, now);
    auto due = due_steps(rules, intent, progress, groups_ready, now);
    for (const auto& step : due) begin(progress, step, now);
    return due;
  }

  void succeed(ActionKind kind, const std::string& container = {}) {
    ActionOutcome outcome{.kind = kind, .task_arn = "arn:t", .container = container, .at = now};
    switch (kind) {
      case ActionKind::pull:
        outcome.result = ImagePulled{.image = {.digest = "sha256:abc"}};
        break;
      case ActionKind::root:
        outcome.result = RootPrepared{.path = "/root"};
        break;
      case ActionKind::network:
        outcome.result = NetworkJoined{};
        break;
      case ActionKind::start:
        outcome.result = ContainerRunning{.started_at = now};
        break;
      case ActionKind::stop:
        outcome.result = SignalSent{};
        break;
      case ActionKind::kill:
        outcome.result = KillSent{};
        break;
      case ActionKind::remove:
        outcome.result = TaskRemoved{};
        break;
      default:
        break;
    }
    finish(rules, progress, outcome);
  }

  void fail(ActionKind kind, const std::string& container, Error error) {
    finish(rules, progress, {.kind = kind, .task_arn = "arn:t", .container = container, .at = now, .result = error});
  }

  void check(const std::string& container, bool passed) {
    finish(
        rules, progress,
        {.kind = ActionKind::health, .task_arn = "arn:t", .container = container, .at = now,
         .result = HealthChecked{.passed = passed}}
    );
  }

  void exit(const std::string& container, std::optional<int> code, bool oom = false) {
    auto rule = std::ranges::find(rules, container, &ContainerRules::name);
    finish_container(
        *rule, *progress.container(container), {.code = code, .out_of_memory = oom, .at = now},
        is_stopping(intent, progress) || !intent.run
    );
  }

  // Answers every step but ends of containers with success until nothing more is due.
  std::vector<std::string> run() {
    std::vector<std::string> done;
    for (auto due = steps(); !due.empty(); due = steps()) {
      bool acted = false;
      for (const auto& step : due) {
        if (step.kind == ActionKind::wake || step.kind == ActionKind::health) continue;
        acted = true;
        succeed(step.kind, step.container);
        if (step.kind == ActionKind::start) done.push_back("start " + step.container);
        if (step.kind == ActionKind::stop) done.push_back("stop " + step.container);
        if (step.kind == ActionKind::kill) done.push_back("kill " + step.container);
        if (step.kind == ActionKind::remove) done.push_back("remove");
      }
      if (!acted) break;
    }
    return done;
  }
};

std::vector<std::string> kinds(const std::vector<TaskStep>& steps, ActionKind kind) {
  std::vector<std::string> names;
  for (const auto& step : steps) {
    if (step.kind == kind) names.push_back(step.container);
  }
  return names;
}

TEST(TaskLife, NetworkAndAllImagesAtOnceThenRootsThenStarts) {
  Life life({{.name = "a"}, {.name = "b", .needs = {{"a", NeedCondition::start}}}});
  auto first = life.steps();
  EXPECT_EQ(kinds(first, ActionKind::pull), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kinds(first, ActionKind::network).size(), 1U);
  EXPECT_EQ(first.size(), 3U);
  life.succeed(ActionKind::pull, "a");
  EXPECT_EQ(kinds(life.steps(), ActionKind::root), (std::vector<std::string>{"a"}));
  EXPECT_FALSE(life.progress.pull_stopped_at);
  life.succeed(ActionKind::root, "a");
  EXPECT_TRUE(life.steps().empty());
  life.succeed(ActionKind::network);
  EXPECT_EQ(kinds(life.steps(), ActionKind::start), (std::vector<std::string>{"a"}));
  life.succeed(ActionKind::start, "a");
  life.succeed(ActionKind::pull, "b");
  EXPECT_EQ(life.progress.pull_stopped_at, life.now);
  life.run();
  EXPECT_EQ(life.progress.started_at, life.now);
}

TEST(TaskLife, StartsWaitForSecurityGroups) {
  Life life({{.name = "a"}});
  life.groups_ready = false;
  EXPECT_TRUE(life.run().empty());
  life.groups_ready = true;
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start a"}));
}

TEST(TaskLife, EssentialEndStopsTheOthersInReverseOrder) {
  Life life({
      {.name = "web", .needs = {{"app", NeedCondition::start}}},
      {.name = "app", .needs = {{"db", NeedCondition::start}}},
      {.name = "db"},
      {.name = "log"},
  });
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start db", "start log", "start app", "start web"}));
  life.exit("log", 3);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"stop web"}));
  EXPECT_EQ(life.progress.stop_code, "EssentialContainerExited");
  EXPECT_EQ(life.progress.stopped_reason, "Essential container in task exited");
  life.exit("web", 143);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"stop app"}));
  life.exit("app", 143);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"stop db"}));
  life.exit("db", 0);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
  EXPECT_EQ(life.progress.stopped_at, life.now);
  EXPECT_EQ(life.progress.container("log")->state.exit_code, 3);
}

TEST(TaskLife, ANonEssentialEndChangesNothing) {
  Life life({{.name = "app"}, {.name = "helper", .essential = false}});
  life.run();
  life.exit("helper", 1);
  EXPECT_TRUE(life.run().empty());
  EXPECT_FALSE(life.progress.stopping_at);
  EXPECT_EQ(life.progress.container("helper")->state.phase, ContainerPhase::stopped);
}

TEST(TaskLife, StopsOnlyWhenReleased) {
  Life life({{.name = "app"}});
  life.run();
  life.intent = {.run = false, .stop = false};
  EXPECT_TRUE(life.run().empty());
  life.intent.stop = true;
  EXPECT_EQ(life.run(), (std::vector<std::string>{"stop app"}));
  EXPECT_EQ(life.progress.stop_code, "");
}

TEST(TaskLife, KillsAfterStopTimeout) {
  Life life({{.name = "app", .stop_timeout = 12s}});
  life.run();
  life.intent = {.run = false, .stop = true};
  life.run();
  Instant signalled = life.now;
  auto due = life.steps();
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].at, signalled + 12s);
  life.now = signalled + 12s;
  EXPECT_EQ(kinds(life.steps(), ActionKind::kill), (std::vector<std::string>{"app"}));
  life.succeed(ActionKind::kill, "app");
  EXPECT_TRUE(kinds(life.steps(), ActionKind::kill).empty());
  life.now = life.now + 10s;
  EXPECT_EQ(kinds(life.steps(), ActionKind::kill), (std::vector<std::string>{"app"}));
  life.exit("app", 137);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
}

TEST(TaskLife, ALostEndIsFoundByTheSecondKill) {
  Life life({{.name = "app", .stop_timeout = 1s}});
  life.run();
  life.intent = {.run = false, .stop = true};
  life.steps();
  life.fail(ActionKind::stop, "app", {"NotRunning", "it has ended"});
  EXPECT_EQ(life.progress.container("app")->state.phase, ContainerPhase::running);
  for (int kill = 0; kill < 2; ++kill) {
    life.now = life.now + 10s;
    EXPECT_EQ(kinds(life.steps(), ActionKind::kill).size(), 1U);
    life.fail(ActionKind::kill, "app", {"NotRunning", "it has ended"});
  }
  EXPECT_EQ(life.progress.container("app")->state.phase, ContainerPhase::stopped);
  EXPECT_TRUE(life.progress.container("app")->state.reason.starts_with("ContainerVanishedError"));
}

TEST(TaskLife, AFailedPullEndsTheTask) {
  Life life({{.name = "app"}, {.name = "db"}});
  life.steps();
  life.succeed(ActionKind::pull, "db");
  life.fail(ActionKind::pull, "app", {"CannotPullContainerError", "manifest for x:1 not found: manifest unknown"});
  settle(life.rules, life.intent, life.progress, life.now);
  EXPECT_EQ(life.progress.stop_code, "TaskFailedToStart");
  EXPECT_EQ(life.progress.stopped_reason, "CannotPullContainerError: manifest for x:1 not found: manifest unknown");
  EXPECT_EQ(life.progress.container("app")->state.reason, life.progress.stopped_reason);
  EXPECT_FALSE(life.progress.container("app")->state.exit_code);
  EXPECT_FALSE(life.progress.execution_stopped_at) << "the network is still being joined";
  life.succeed(ActionKind::network);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
}

TEST(TaskLife, AHelperThatCannotStartEndsOnlyThoseThatNeedIt) {
  Life life({{.name = "app"}, {.name = "helper", .essential = false}});
  life.steps();
  life.fail(ActionKind::pull, "helper", {"CannotPullContainerError", "no"});
  life.succeed(ActionKind::pull, "app");
  life.succeed(ActionKind::network);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start app"}));
  EXPECT_TRUE(life.progress.started_at);
  EXPECT_EQ(life.progress.stop_code, "");

  Life needs({{.name = "app", .needs = {{"helper", NeedCondition::start}}}, {.name = "helper", .essential = false}});
  needs.steps();
  needs.fail(ActionKind::pull, "helper", {"CannotPullContainerError", "no"});
  settle(needs.rules, needs.intent, needs.progress, needs.now);
  EXPECT_EQ(needs.progress.stop_code, "TaskFailedToStart");
  EXPECT_TRUE(needs.progress.stopped_reason.starts_with("TaskDependencyError: "));

  Life essential({{.name = "app", .needs = {{"helper", NeedCondition::start}}}, {.name = "helper"}});
  essential.steps();
  essential.fail(ActionKind::pull, "helper", {"CannotPullContainerError", "no"});
  settle(essential.rules, essential.intent, essential.progress, essential.now);
  EXPECT_EQ(essential.progress.stopped_reason, "CannotPullContainerError: no") << "the cause, not what followed from it";
}

TEST(TaskLife, ANetworkThatCannotBeJoinedEndsTheTask) {
  Life life({{.name = "app"}});
  life.steps();
  life.fail(ActionKind::network, {}, {"AddressInUse", "10.0.0.5 is another task's"});
  EXPECT_EQ(life.progress.stop_code, "TaskFailedToStart");
  EXPECT_EQ(life.progress.stopped_reason, "AddressInUse: 10.0.0.5 is another task's");
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
}

TEST(TaskLife, AStartThatFailsEndsTheTask) {
  Life life({{.name = "app"}});
  life.steps();
  life.succeed(ActionKind::pull, "app");
  life.succeed(ActionKind::network);
  life.steps();
  life.succeed(ActionKind::root, "app");
  EXPECT_EQ(kinds(life.steps(), ActionKind::start).size(), 1U);
  life.fail(ActionKind::start, "app", {"CannotStartContainerError", "exec: \"x\": executable file not found in $PATH: unknown"});
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
  EXPECT_EQ(life.progress.stop_code, "TaskFailedToStart");
  EXPECT_FALSE(life.progress.started_at);
}

TEST(TaskLife, RestartsWithoutShowingIt) {
  Life life({{.name = "app", .restart = RestartRule{.attempt_period = 60s}}});
  life.run();
  life.now = life.now + 61s;
  life.exit("app", 1);
  EXPECT_EQ(life.progress.container("app")->state.phase, ContainerPhase::running);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start app"}));
  EXPECT_EQ(life.progress.container("app")->state.restart_count, 1);
  EXPECT_FALSE(life.progress.stopping_at);
  life.now = life.now + 59s;
  life.exit("app", 1);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
  EXPECT_EQ(life.progress.stop_code, "EssentialContainerExited");
}

TEST(TaskLife, AStopBetweenEndAndRestartIsNotRestarted) {
  Life life({{.name = "app", .restart = RestartRule{.attempt_period = 1s}}});
  life.run();
  life.now = life.now + 2s;
  life.exit("app", 4);
  life.intent = {.run = false, .stop = true};
  EXPECT_EQ(life.run(), (std::vector<std::string>{"remove"}));
  EXPECT_EQ(life.progress.container("app")->state.exit_code, 4);
}

TEST(TaskLife, OutOfMemoryIsTheReasonOfTheContainer) {
  Life life({{.name = "app"}});
  life.run();
  life.exit("app", 137, true);
  EXPECT_EQ(life.progress.container("app")->state.reason, "OutOfMemoryError: Container killed due to memory usage");
}

TEST(TaskLife, HealthyLetsDependentsStart) {
  Life life({
      {.name = "app", .needs = {{"db", NeedCondition::healthy}}},
      {.name = "db", .health = HealthRule{.interval = 5s}},
  });
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start db"}));
  life.now = life.now + 5s;
  EXPECT_EQ(kinds(life.steps(), ActionKind::health), (std::vector<std::string>{"db"}));
  EXPECT_TRUE(kinds(life.steps(), ActionKind::health).empty());
  life.check("db", true);
  EXPECT_EQ(life.run(), (std::vector<std::string>{"start app"}));
}

TEST(TaskLife, AStartTimeoutEndsTheTask) {
  Life life({
      {.name = "app", .needs = {{"db", NeedCondition::complete}}},
      {.name = "db", .essential = false, .start_timeout = 7s},
  });
  life.run();
  auto waiting = life.steps();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].at, life.now + 7s);
  life.now = life.now + 7s;
  EXPECT_EQ(life.run(), (std::vector<std::string>{"stop db"}));
  EXPECT_EQ(life.progress.stop_code, "TaskFailedToStart");
}

TEST(TaskLife, AFailedRemovalShowsTheTaskStoppedAndIsTriedAgain) {
  Life life({{.name = "app"}});
  life.run();
  life.exit("app", 0);
  EXPECT_EQ(kinds(life.steps(), ActionKind::remove).size(), 1U);
  life.fail(ActionKind::remove, {}, {"Busy", "still mounted"});
  EXPECT_EQ(life.progress.stopped_at, life.now);
  auto waiting = life.steps();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].kind, ActionKind::wake);
  life.now = waiting[0].at;
  EXPECT_EQ(kinds(life.steps(), ActionKind::remove).size(), 1U);
}

TEST(TaskLife, RuntimeIdsHaveTheirForms) {
  Life life({{.name = "app"}, {.name = "db"}});
  std::string id = life.progress.containers[0].runtime_id;
  EXPECT_EQ(id.size(), 43U);
  EXPECT_EQ(id.substr(0, 33), "0123456789abcdef0123456789abcdef-");
  EXPECT_TRUE(std::ranges::all_of(id.substr(33), [](char digit) { return digit >= '0' && digit <= '9'; }));
  EXPECT_NE(id, life.progress.containers[1].runtime_id);
  EXPECT_EQ(new_progress("a", "t", life.rules, false).containers[0].runtime_id.size(), 64U);
}

// Any order of answers, failures, ends, stops and passing time: the plan is a fixpoint, no container is started while it
// runs or starts, nothing starts once the task stops, and a stopped task stays stopped.
class RandomLives : public ::testing::Test {
 protected:
  std::vector<ContainerRules> random_rules() {
    std::vector<ContainerRules> rules;
    for (std::uint64_t at = 0; at < 1 + pick(4); ++at) {
      ContainerRules one{.name = std::string(1, static_cast<char>('a' + at)), .essential = pick(3) != 0};
      if (pick(3) == 0) one.restart = RestartRule{.attempt_period = 5s};
      if (pick(2) == 0) one.health = HealthRule{.interval = 3s, .retries = 2};
      if (pick(3) == 0) one.start_timeout = 9s;
      one.stop_timeout = 4s;
      if (at > 0 && pick(2) == 0) {
        one.needs.push_back({rules[pick(at)].name, static_cast<NeedCondition>(pick(4))});
      }
      rules.push_back(std::move(one));
    }
    return rules;
  }

  std::uint64_t pick(std::uint64_t below) { return ids_.bits() % below; }

  void begin_steps(Life& life) {
    settle(life.rules, life.intent, life.progress, life.now);
    TaskProgress settled = life.progress;
    settle(life.rules, life.intent, settled, life.now);
    ASSERT_EQ(settled, life.progress) << "settling twice changes nothing";
    for (const auto& step : due_steps(life.rules, life.intent, life.progress, true, life.now)) {
      if (step.kind == ActionKind::wake) continue;
      check_start(life, step);
      begin(life.progress, step, life.now);
      pending_.push_back(step);
    }
    for (const auto& step : due_steps(life.rules, life.intent, life.progress, true, life.now)) {
      ASSERT_EQ(step.kind, ActionKind::wake) << "a plan that is carried out leaves nothing to do";
    }
  }

  void check_start(const Life& life, const TaskStep& step) {
    if (step.kind != ActionKind::start) return;
    EXPECT_FALSE(alive_[step.container]) << "started twice";
    EXPECT_FALSE(life.progress.stopping_at) << "started while stopping";
  }

  void answer(Life& life) {
    if (pending_.empty()) return;
    auto at = pick(pending_.size());
    TaskStep step = pending_[at];
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(at));
    bool fails = pick(12) == 0;
    if (step.kind == ActionKind::health) {
      life.check(step.container, pick(3) != 0);
    } else if (fails) {
      bool signal = step.kind == ActionKind::stop || step.kind == ActionKind::kill;
      life.fail(step.kind, step.container, {signal ? "CannotStopContainerError" : "InternalError", "chance"});
    } else {
      life.succeed(step.kind, step.container);
      if (step.kind == ActionKind::start) alive_[step.container] = true;
      bool ends = step.kind == ActionKind::kill || (step.kind == ActionKind::stop && pick(2) == 0);
      if (ends && alive_[step.container]) end(life, step.container);
    }
  }

  void end(Life& life, const std::string& container) {
    alive_[container] = false;
    life.exit(container, static_cast<int>(pick(2)));
  }

  void happen(Life& life) {
    switch (pick(8)) {
      case 0:
        life.now = life.now + std::chrono::seconds(pick(6));
        break;
      case 1: {
        const auto& one = life.rules[pick(life.rules.size())];
        bool runs = alive_[one.name] && !life.progress.container(one.name)->starting;
        if (runs) end(life, one.name);
        break;
      }
      case 2:
        if (pick(10) == 0) life.intent.run = false;
        if (pick(10) == 0 && !life.intent.run) life.intent.stop = true;
        break;
      default:
        answer(life);
    }
  }

  SeededIds ids_{1};
  std::map<std::string, bool> alive_;
  std::vector<TaskStep> pending_;
};

TEST_F(RandomLives, KeepTheirPromises) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    ids_ = SeededIds(seed);
    alive_.clear();
    pending_.clear();
    Life life(random_rules());
    for (int event = 0; event < 300; ++event) {
      begin_steps(life);
      happen(life);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
    // From here on nothing fails and time passes: it must end.
    life.intent = {.run = false, .stop = true};
    for (int event = 0; event < 200 && !life.progress.stopped_at; ++event) {
      begin_steps(life);
      for (int answers = 0; answers < 20; ++answers) answer(life);
      life.now = life.now + 5s;
    }
    ASSERT_TRUE(life.progress.stopped_at);
    for (const auto& [container, alive] : alive_) EXPECT_FALSE(alive) << container << " outlived its task";
    TaskProgress over = life.progress;
    settle(life.rules, {.run = true, .stop = false}, life.progress, life.now + 1h);
    EXPECT_EQ(over, life.progress) << "stopped means stopped";
  }
}

}  // namespace
}  // namespace roadstead
