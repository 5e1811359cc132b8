#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "agent/runtime/host_test/crun_test_world.h"
#include "agent/runtime/task_files.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

const TaskSpec sharing{.task_id = "t1", .shares_pids = true, .shares_ipc = true};

class CrunSharing : public testing::Test {
 protected:
  ContainerSpec container(const std::string& name) const {
    auto spec = world.container({"pause"}, name);
    spec.pid_namespace = spec.ipc_namespace = "task";
    return spec;
  }

  /// Starts a container and gives its process.
  int start(const ContainerSpec& spec) {
    auto started = world.runtime().start(spec);
    EXPECT_TRUE(started) << started.error().message;
    return started ? started->pid : 0;
  }

  ProcessMark mark_in(const std::string& file) const {
    auto text = read_file(cat(world.settings().directory, "/t1/", file));
    return parse_process_mark(text.value_or("")).value_or(ProcessMark{});
  }

  static void wait_for_end(int pid) {
    Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd polled{handle.get(), POLLIN, 0};
    if (handle) ::poll(&polled, 1, -1);
  }

  static std::string link(int pid, std::string_view what) {
    return std::filesystem::read_symlink(cat("/proc/", pid, "/", what)).string();
  }

  CrunTestWorld world;
};

TEST_F(CrunSharing, LastsWhenTheAgentIsStartedAgain) {
  ASSERT_TRUE(world.runtime().start_task(sharing));
  int first = start(container("first"));
  world.reopen();
  ASSERT_TRUE(world.runtime().recover());
  int second = start(container("second"));
  for (auto space : {"ns/pid", "ns/ipc"}) {
    EXPECT_EQ(link(first, space), link(second, space));
    EXPECT_NE(link(first, space), link(::getpid(), space));
  }
  EXPECT_NE(link(first, "ns/mnt"), link(second, "ns/mnt"));
  ASSERT_TRUE(write_file_atomic(cat("/proc/", first, "/root/dev/shm/note"), "hello"));
  EXPECT_EQ(read_file(cat("/proc/", second, "/root/dev/shm/note")).value_or(""), "hello");
  auto holder = mark_in("holder");
  ASSERT_TRUE(world.runtime().start_task(sharing));
  EXPECT_EQ(mark_in("holder"), holder);
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_FALSE(is_alive(holder));
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), std::vector<std::string>());
}

TEST_F(CrunSharing, TheHolderHasNothingThatContainersHaveNot) {
  ASSERT_TRUE(world.runtime().start_task(sharing));
  auto proc = cat("/proc/", mark_in("holder").pid);
  auto status = read_file(proc + "/status").value();
  for (auto line : {"Uid:\t65534\t65534\t65534\t65534\n", "CapPrm:\t0000000000000000\n", "NoNewPrivs:\t1\n", "Seccomp:\t2\n"}) {
    EXPECT_NE(status.find(line), std::string::npos) << line << status;
  }
  EXPECT_TRUE(std::filesystem::is_empty(proc + "/root"));
  EXPECT_TRUE(std::filesystem::is_empty(proc + "/fd"));
}

TEST_F(CrunSharing, ContainersEndWithTheHolder) {
  ASSERT_TRUE(world.runtime().start_task(sharing));
  start(container("app"));
  auto holder = mark_in("holder").pid;
  ASSERT_EQ(::kill(holder, SIGKILL), 0);
  EXPECT_EQ(world.exits().wait({"t1", "app"})->exit_code, 137);
  wait_for_end(holder);
  auto again = world.runtime().start(container("app"));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("run the task anew"), std::string::npos) << again.error().message;
}

TEST_F(CrunSharing, NothingStaysWhenTheKeeperWasKilled) {
  ASSERT_TRUE(world.runtime().start_task(sharing));
  start(container("app"));
  auto holder = mark_in("holder");
  ASSERT_EQ(::kill(mark_in("shim.pid").pid, SIGKILL), 0);
  auto removed = world.runtime().remove_task("t1");
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_FALSE(is_alive(holder));
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), std::vector<std::string>());
}

}  // namespace
}  // namespace roadstead
