#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/runtime/host_test/crun_test_world.h"
#include "agent/runtime/task_files.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using Lines = std::vector<std::string>;

/// Runs test_agent until it has started its containers, and kills it without warning.
void run_agent_and_kill_it(const CrunTestWorld& world, const Lines& containers) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Fd reader(ends[0]);
  Fd writer(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), 1);
  Lines words{
      ROADSTEAD_TEST_AGENT, world.settings().directory, world.settings().cgroup_prefix, world.directory() + "/root"
  };
  words.insert(words.end(), containers.begin(), containers.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t agent = 0;
  ASSERT_EQ(::posix_spawn(&agent, ROADSTEAD_TEST_AGENT, &actions, nullptr, arguments.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  writer.reset();
  char said[16] = {};
  ASSERT_GT(::read(reader.get(), said, sizeof said - 1), 0);
  EXPECT_STREQ(said, "started\n");
  ::kill(agent, SIGKILL);
  ::waitpid(agent, nullptr, 0);
}

TEST(CrunRecover, FindsWhatRunsAndWhatHasExitedAfterAKill) {
  CrunTestWorld world;
  run_agent_and_kill_it(world, {"long", "signals", "5", "short", "exit", "9", "quick", "say", "bye"});

  // Nobody listens now. A signal makes it write, and the keeper records it.
  auto running = parse_running_file(read_file(world.settings().directory + "/t1/c/long/running").value());
  ASSERT_TRUE(running);
  EXPECT_EQ(world.lines({"t1", "long"}, 1), Lines{"ready"});
  ASSERT_EQ(::kill(running->process.pid, SIGUSR1), 0);
  EXPECT_EQ(world.lines({"t1", "long"}, 2), (Lines{"ready", "usr1 1"}));
  EXPECT_EQ(world.lines({"t1", "short"}), Lines{});
  EXPECT_EQ(world.lines({"t1", "quick"}), (Lines{"bye", "error: bye"}));

  auto tasks = world.runtime().recover();
  ASSERT_TRUE(tasks);
  ASSERT_EQ(tasks->size(), 1U);
  auto& containers = tasks->front().containers;
  ASSERT_EQ(containers.size(), 3U);
  EXPECT_EQ(containers[0].container.name, "long");
  EXPECT_EQ(containers[0].state, RecoveredContainer::State::running);
  EXPECT_EQ(containers[0].pid, running->process.pid);
  EXPECT_EQ(containers[2].container.name, "short");
  EXPECT_EQ(containers[2].state, RecoveredContainer::State::exited);
  EXPECT_EQ(containers[2].exit->exit_code, 9);

  ASSERT_TRUE(world.runtime().signal({"t1", "long"}, SIGTERM));
  EXPECT_EQ(world.exits().wait({"t1", "long"})->exit_code, 5);
  EXPECT_EQ(world.exits().count({"t1", "short"}), 0U);

  // The same keeper takes further containers, and containers again.
  EXPECT_EQ(world.output_of(world.container({"say", "new"}, "late")), (Lines{"new", "error: new"}));
  ASSERT_TRUE(world.runtime().start(world.container({"exit", "2"}, "long")));
  EXPECT_EQ(world.exits().wait({"t1", "long"}, 2)->exit_code, 2);
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), Lines{});
}

TEST(CrunRecover, RestartsOfTheRuntimeKeepExits) {
  CrunTestWorld world;
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(world.container({"signals", "6"})));
  EXPECT_EQ(world.lines({"t1", "app"}, 1), Lines{"ready"});
  world.reopen();
  auto tasks = world.runtime().recover();
  ASSERT_TRUE(tasks);
  ASSERT_TRUE(world.runtime().signal({"t1", "app"}, SIGTERM));
  EXPECT_EQ(world.exits().wait({"t1", "app"})->exit_code, 6);
  world.reopen();
  tasks = world.runtime().recover();
  ASSERT_TRUE(tasks);
  EXPECT_EQ(tasks->front().containers.front().exit->exit_code, 6);
}

TEST(CrunRecover, GoesOnWithoutItsKeeper) {
  CrunTestWorld world;
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(world.container({"signals", "6"})));
  EXPECT_EQ(world.lines({"t1", "app"}, 1), Lines{"ready"});
  auto shim = parse_process_mark(read_file(world.settings().directory + "/t1/shim.pid").value());
  ASSERT_TRUE(shim);
  ASSERT_EQ(::kill(shim->pid, SIGKILL), 0);
  ASSERT_TRUE(world.runtime().kill({"t1", "app"}));
  auto exit = world.exits().wait({"t1", "app"});
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code.value_or(137), 137);  // told by newer kernels, unknown to others
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(world.container({"exit", "1"})));
  EXPECT_EQ(world.exits().wait({"t1", "app"}, 2)->exit_code, 1);
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), Lines{});
}

TEST(CrunRecover, LosesTheOldestOutputAndCountsIt) {
  CrunTestWorld world;
  auto container = world.container({"lines", "20000"});
  container.spool = {64 << 10, 3};
  world.output_of(container);
  SpoolReader reader(world.runtime().spool_directory({"t1", "app"}));
  std::uint64_t lost = 0;
  std::uint64_t read = 0;
  std::string last;
  for (bool ended = false; !ended;) {
    auto record = reader.next();
    ASSERT_TRUE(record);
    if (!*record) {
      ASSERT_TRUE(reader.wait(std::chrono::seconds(20)));
      continue;
    }
    lost += (*record)->lost;
    ended = (*record)->stream == SpoolRecord::Stream::end;
    if (!ended) {
      last = (*record)->text;
      read += 1;
    }
  }
  EXPECT_EQ(last, "line 19999");
  EXPECT_GT(lost, 0U);
  EXPECT_EQ(lost + read, 20000U);
}

}  // namespace
}  // namespace roadstead
