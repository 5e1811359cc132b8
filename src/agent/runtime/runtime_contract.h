// What every Runtime promises (port.h), as tests that run against the real one and against the fake, so that the fake
// cannot lie. A world says how to make containers that behave in a given way and how to let time pass.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>

#include "agent/runtime/port.h"

namespace roadstead {

/// The ways of behaving that the contract needs.
enum class ContractBehaviour { ends_with_7, waits_for_sigterm_and_ends_with_3, ignores_sigterm, cannot_start };

class RuntimeWorld {
 public:
  virtual ~RuntimeWorld() = default;
  virtual Runtime& runtime() = 0;

  /// A container of task "t1".
  virtual ContainerSpec container(const std::string& name, ContractBehaviour behaviour) = 0;

  /// Returns when the container would react to signals.
  virtual void settle(const ContainerRef& container) = 0;

  /// The n-th exit told of a container (from 1), letting time pass until then.
  virtual std::optional<ContainerExit> exit_of(const ContainerRef& container, std::size_t count) = 0;
  virtual std::size_t exits_told(const ContainerRef& container) = 0;

  /// A command that ends with 0 in such a container.
  virtual ExecSpec command() = 0;

  /// The agent starts anew and hears of exits again.
  virtual void restart_agent() = 0;
};

using RuntimeWorldMaker = std::unique_ptr<RuntimeWorld> (*)();

class RuntimeContract : public testing::TestWithParam<RuntimeWorldMaker> {
 protected:
  void SetUp() override { world = GetParam()(); }

  const ContainerRef app{"t1", "app"};
  std::unique_ptr<RuntimeWorld> world;
};

TEST_P(RuntimeContract, TellsAnExitOnceWithItsCode) {
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  auto started = world->runtime().start(world->container("app", ContractBehaviour::ends_with_7));
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_GT(started->pid, 0);
  auto exit = world->exit_of(app, 1);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 7);
  EXPECT_EQ(exit->signal, 0);
  EXPECT_FALSE(exit->oom_killed);
  EXPECT_GE(exit->finished_at, started->started_at - std::chrono::seconds(1));
  EXPECT_EQ(world->exits_told(app), 1U);
}

TEST_P(RuntimeContract, EndsContainersBySignals) {
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::waits_for_sigterm_and_ends_with_3)));
  world->settle(app);
  ASSERT_TRUE(world->runtime().signal(app, SIGTERM));
  EXPECT_EQ(world->exit_of(app, 1)->exit_code, 3);

  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::ignores_sigterm)));
  world->settle(app);
  ASSERT_TRUE(world->runtime().signal(app, SIGTERM));
  ASSERT_TRUE(world->runtime().kill(app));
  auto killed = world->exit_of(app, 2);
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->exit_code, 137);
  EXPECT_EQ(killed->signal, SIGKILL);
}

TEST_P(RuntimeContract, RefusesWhatCannotBe) {
  auto waiting = world->container("app", ContractBehaviour::waits_for_sigterm_and_ends_with_3);
  EXPECT_EQ(world->runtime().start(waiting).error().code, "CannotStartContainerError");
  EXPECT_EQ(world->runtime().start_task({"../t1"}).error().code, "ResourceInitializationError");
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  EXPECT_EQ(world->runtime().signal(app, SIGTERM).error().code, "NotRunning");
  EXPECT_EQ(world->runtime().kill(app).error().code, "NotRunning");
  EXPECT_EQ(world->runtime().exec(app, world->command()).error().code, "NotRunning");
  EXPECT_EQ(world->runtime().container_usage(app).error().code, "NotFound");
  auto nameless = waiting;
  nameless.name = "a/b";
  EXPECT_EQ(world->runtime().start(nameless).error().code, "CannotStartContainerError");
  auto empty = waiting;
  empty.args = {};
  EXPECT_EQ(world->runtime().start(empty).error().code, "CannotStartContainerError");
  ASSERT_TRUE(world->runtime().start(waiting));
  EXPECT_EQ(world->runtime().start(waiting).error().code, "CannotStartContainerError");
}

TEST_P(RuntimeContract, StartsAgainAfterAFailure) {
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  EXPECT_EQ(
      world->runtime().start(world->container("app", ContractBehaviour::cannot_start)).error().code,
      "CannotStartContainerError"
  );
  EXPECT_EQ(world->exits_told(app), 0U);
  EXPECT_EQ(world->runtime().signal(app, SIGTERM).error().code, "NotRunning");
  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::ends_with_7)));
  EXPECT_EQ(world->exit_of(app, 1)->exit_code, 7);
}

TEST_P(RuntimeContract, RunsCommands) {
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::waits_for_sigterm_and_ends_with_3)));
  world->settle(app);
  auto outcome = world->runtime().exec(app, world->command());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 0);
  EXPECT_FALSE(outcome->timed_out);
}

TEST_P(RuntimeContract, RemovesAsOftenAsAsked) {
  ASSERT_TRUE(world->runtime().remove_task("t1"));
  ASSERT_TRUE(world->runtime().remove_container(app));
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::ignores_sigterm)));
  ASSERT_TRUE(world->runtime().start(world->container("other", ContractBehaviour::ignores_sigterm)));
  ASSERT_TRUE(world->runtime().remove_container(app));
  ASSERT_TRUE(world->runtime().remove_container(app));
  EXPECT_EQ(world->exit_of(app, 1)->exit_code, 137);
  EXPECT_EQ(world->runtime().container_usage(app).error().code, "NotFound");
  ASSERT_TRUE(world->runtime().remove_task("t1"));
  ASSERT_TRUE(world->runtime().remove_task("t1"));
  EXPECT_EQ(world->exit_of({"t1", "other"}, 1)->exit_code, 137);
  EXPECT_EQ(world->runtime().task_usage("t1").error().code, "NotFound");
  auto nothing = world->runtime().recover();
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST_P(RuntimeContract, RecoversAfterARestart) {
  ASSERT_TRUE(world->runtime().start_task({"t1"}));
  ASSERT_TRUE(world->runtime().start(world->container("app", ContractBehaviour::waits_for_sigterm_and_ends_with_3)));
  ASSERT_TRUE(world->runtime().start(world->container("done", ContractBehaviour::ends_with_7)));
  world->exit_of({"t1", "done"}, 1);
  world->settle(app);
  world->restart_agent();
  auto found = world->runtime().recover();
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  ASSERT_EQ(found->front().containers.size(), 2U);
  const auto& running = found->front().containers[0];
  EXPECT_EQ(running.container, app);
  EXPECT_EQ(running.state, RecoveredContainer::State::running);
  EXPECT_GT(running.pid, 0);
  const auto& done = found->front().containers[1];
  EXPECT_EQ(done.state, RecoveredContainer::State::exited);
  ASSERT_TRUE(done.exit);
  EXPECT_EQ(done.exit->exit_code, 7);
  ASSERT_TRUE(world->runtime().signal(app, SIGTERM));
  EXPECT_EQ(world->exit_of(app, 1)->exit_code, 3);
}

}  // namespace roadstead
