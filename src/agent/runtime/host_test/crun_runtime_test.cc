#include "agent/runtime/crun_runtime.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "agent/runtime/host_test/crun_test_world.h"
#include "agent/runtime/spool_reader.h"
#include "agent/runtime/task_files.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using Lines = std::vector<std::string>;
const ContainerRef app{"t1", "app"};

std::string line_with(const Lines& lines, std::string_view start) {
  for (const auto& line : lines) {
    if (line.starts_with(start)) return std::string(trim(std::string_view(line).substr(start.size())));
  }
  return "(missing)";
}

class CrunRuntimeTest : public testing::Test {
 protected:
  ContainerExit run(const ContainerSpec& container) {
    EXPECT_TRUE(world.runtime().start_task({"t1"}));
    auto started = world.runtime().start(container);
    EXPECT_TRUE(started) << started.error().message;
    if (!started) return {};
    return world.exits().wait({"t1", container.name}).value_or(ContainerExit{});
  }

  CrunTestWorld world;
};

TEST_F(CrunRuntimeTest, ReportsTheExitCodeAndTheOutput) {
  auto exit = run(world.container({"exit", "7"}));
  EXPECT_EQ(exit.exit_code, 7);
  EXPECT_EQ(exit.signal, 0);
  EXPECT_FALSE(exit.oom_killed);
  EXPECT_EQ(world.output_of(world.container({"say", "hello"}, "two")), (Lines{"hello", "error: hello"}));
}

TEST_F(CrunRuntimeTest, StopsBySignal) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  auto container = world.container({"signals", "3"});
  ASSERT_TRUE(world.runtime().start(container));
  EXPECT_EQ(world.lines(app, 1), Lines{"ready"});
  ASSERT_TRUE(world.runtime().signal(app, SIGTERM));
  EXPECT_EQ(world.exits().wait(app)->exit_code, 3);
  EXPECT_EQ(world.runtime().signal(app, SIGTERM).error().code, "NotRunning");

  ASSERT_TRUE(world.runtime().start(container));
  ASSERT_TRUE(world.runtime().kill(app));
  auto killed = world.exits().wait(app, 2);
  EXPECT_EQ(killed->exit_code, 137);
  EXPECT_EQ(killed->signal, SIGKILL);
  EXPECT_FALSE(killed->oom_killed);
}

TEST_F(CrunRuntimeTest, SaysThatMemoryRanOut) {
  auto container = world.container({"eat", "200"});
  container.memory_bytes = 32 << 20;
  container.memory_swap_bytes = 32 << 20;
  auto exit = run(container);
  EXPECT_EQ(exit.exit_code, 137);
  EXPECT_TRUE(exit.oom_killed);
}

TEST_F(CrunRuntimeTest, KeepsTheLimitsOfTheTask) {
  TaskSpec task{"t1", 25'000, 64 << 20, 100};
  ASSERT_TRUE(world.runtime().start_task(task));
  auto exit = world.runtime().start(world.container({"eat", "200"}));
  ASSERT_TRUE(exit);
  EXPECT_TRUE(world.exits().wait(app)->oom_killed);
}

TEST_F(CrunRuntimeTest, ShowsLimitsInsideTheContainer) {
  auto container = world.container(
      {"show", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/cpu/cpu.shares",
       "/sys/fs/cgroup/pids/pids.max"}
  );
  if (!exists("/sys/fs/cgroup/memory"))
    container.args = {"guest", "show", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max"};
  container.memory_bytes = 48 << 20;
  container.cpu_shares = 512;
  container.pids = 77;
  auto lines = world.output_of(container);
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines.front(), cat(48 << 20));
  EXPECT_EQ(lines.back(), "77");
}

TEST_F(CrunRuntimeTest, HardensTheProcess) {
  auto lines = world.output_of(world.container({"show", "/proc/self/status"}));
  EXPECT_EQ(line_with(lines, "CapEff:"), "00000000a80425fb");
  EXPECT_EQ(line_with(lines, "CapBnd:"), "00000000a80425fb");
  EXPECT_EQ(line_with(lines, "Seccomp:"), "2");
  EXPECT_EQ(line_with(lines, "NoNewPrivs:"), "1");
  EXPECT_EQ(line_with(lines, "Pid:"), "1");
}

TEST_F(CrunRuntimeTest, RunsAsTheUser) {
  auto container = world.container({"show", "/proc/self/status"});
  container.user = "web";
  container.drop_capabilities = {"ALL"};
  container.add_capabilities = {"NET_BIND_SERVICE"};
  container.env = {"A=1"};
  auto lines = world.output_of(container);
  EXPECT_EQ(line_with(lines, "Uid:"), "33\t33\t33\t33");
  EXPECT_EQ(line_with(lines, "Gid:"), "34\t34\t34\t34");
  EXPECT_EQ(line_with(lines, "Groups:"), "50");
  EXPECT_EQ(line_with(lines, "CapEff:"), "0000000000000000");
  EXPECT_EQ(line_with(lines, "CapBnd:"), "0000000000000400");
  auto home = world.container({"env", "HOME"}, "two");
  home.user = "web";
  EXPECT_EQ(world.output_of(home), Lines{"/var/www"});
  auto nobody = world.container({"env", "HOME"}, "three");
  nobody.user = "nobody";
  EXPECT_NE(world.output_of(nobody).front().find("unable to find user nobody"), std::string::npos);
}

TEST_F(CrunRuntimeTest, KeepsTheRootReadOnlyAndMountsWhatIsAsked) {
  ASSERT_TRUE(make_directories(world.directory() + "/volume"));
  auto container = world.container({"write", "/tmp/x"});
  container.readonly_rootfs = true;
  EXPECT_EQ(world.output_of(container), Lines{"Read-only file system"});
  auto volume = world.container({"write", "/data/deep/x"}, "two");
  volume.mounts = {{ContainerMount::Kind::bind, world.directory() + "/volume", "/data/deep"}};
  EXPECT_EQ(world.output_of(volume), Lines{"written"});
  EXPECT_TRUE(exists(world.directory() + "/volume/x"));
  volume = world.container({"write", "/data/deep/x"}, "three");
  volume.mounts = {{ContainerMount::Kind::bind, world.directory() + "/volume", "/data/deep", true}};
  EXPECT_EQ(world.output_of(volume), Lines{"Read-only file system"});
  auto scratch = world.container({"write", "/scratch/x"}, "four");
  scratch.readonly_rootfs = true;
  ASSERT_TRUE(make_directories(world.directory() + "/root/scratch"));
  scratch.mounts = {{ContainerMount::Kind::tmpfs, "", "/scratch", false, {"size=1m"}}};
  EXPECT_EQ(world.output_of(scratch), Lines{"written"});
}

TEST_F(CrunRuntimeTest, MakesTheWorkingDirectory) {
  auto container = world.container({"cwd"});
  container.cwd = "/made/for/this";
  EXPECT_EQ(world.output_of(container), Lines{"/made/for/this"});
}

TEST_F(CrunRuntimeTest, ClampsUlimitsAndSaysSo) {
  auto container = world.container({"show", "/proc/self/limits"});
  container.ulimits = {{"nofile", 1 << 29, 1 << 29}, {"core", 0, 0}};
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  auto started = world.runtime().start(container);
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(started->notes.size(), 1U);
  world.exits().wait(app);
  EXPECT_TRUE(line_with(world.lines(app), "Max core file size").starts_with("0 "));
}

TEST_F(CrunRuntimeTest, PutsAnInitInFront) {
  auto container = world.container({"orphan"});
  container.init_process = true;
  EXPECT_EQ(world.output_of(container), Lines{"reaped"});
  auto obedient = world.container({"signals", "9"}, "two");
  obedient.init_process = true;
  ASSERT_TRUE(world.runtime().start(obedient));
  EXPECT_EQ(world.lines({"t1", "two"}, 1), Lines{"ready"});
  ASSERT_TRUE(world.runtime().signal({"t1", "two"}, SIGTERM));
  EXPECT_EQ(world.exits().wait({"t1", "two"})->exit_code, 9);
}

TEST_F(CrunRuntimeTest, GivesATerminal) {
  auto container = world.container({"env", "TERM"});
  container.tty = true;
  EXPECT_EQ(world.output_of(container), Lines{"xterm\r"});
}

TEST_F(CrunRuntimeTest, SaysWhyAStartFailed) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  auto container = world.container({});
  container.args = {"nope"};
  auto missing = world.runtime().start(container);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "CannotStartContainerError");
  EXPECT_NE(
      missing.error().message.find("exec: \"nope\": executable file not found in $PATH: unknown"), std::string::npos
  ) << missing.error().message;
  container.args = {"/etc/passwd"};
  auto denied = world.runtime().start(container);
  ASSERT_FALSE(denied);
  EXPECT_NE(denied.error().message.find("permission denied"), std::string::npos) << denied.error().message;
  EXPECT_EQ(world.exits().count(app), 0U);
  container.args = {"guest", "exit", "0"};
  EXPECT_TRUE(world.runtime().start(container));
}

TEST_F(CrunRuntimeTest, AStartThatFailedLeavesNoWordInTheOutput) {
  run(world.container({"say", "one"}));
  auto container = world.container({});
  container.args = {"nope"};
  ASSERT_FALSE(world.runtime().start(container));
  run(world.container({"say", "two"}));
  SpoolReader reader(world.runtime().spool_directory(app));
  Lines found;
  for (auto record = reader.next(); found.size() < 4 && record; record = reader.next()) {
    if (*record && (*record)->stream != SpoolRecord::Stream::end) found.push_back((*record)->text);
    if (!*record && !reader.wait(std::chrono::seconds(10))) break;
  }
  EXPECT_EQ(found, (Lines{"one", "error: one", "two", "error: two"}));
}

TEST_F(CrunRuntimeTest, RunsCommandsInside) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  auto container = world.container({"signals", "0"});
  container.env = {"COLOUR=blue"};
  ASSERT_TRUE(world.runtime().start(container));
  auto said = world.runtime().exec(app, {{"guest", "env", "COLOUR"}});
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->output, "blue\n");
  EXPECT_EQ(world.runtime().exec(app, {{"guest", "exit", "5"}})->exit_code, 5);
  auto status = world.runtime().exec(app, {{"guest", "show", "/proc/self/status"}, {}, "33:34"});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_NE(status->output.find("Uid:\t33\t33"), std::string::npos) << status->output;
  EXPECT_NE(status->output.find("Seccomp:\t2"), std::string::npos) << status->output;
  EXPECT_NE(status->output.find("NoNewPrivs:\t1"), std::string::npos) << status->output;
  ExecSpec endless{{"guest", "signals", "0"}};
  endless.timeout = std::chrono::milliseconds(300);
  auto stopped = world.runtime().exec(app, endless);
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->timed_out);
  EXPECT_EQ(stopped->output, "ready\n");
  EXPECT_EQ(world.runtime().exec(app, {{"nope"}}).error().code, "ExecFailed");
}

TEST_F(CrunRuntimeTest, MeasuresUse) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(world.container({"signals", "0"})));
  EXPECT_EQ(world.lines(app, 1), Lines{"ready"});
  auto usage = world.runtime().container_usage(app);
  ASSERT_TRUE(usage);
  EXPECT_GT(usage->cpu_nanos, 0U);
  EXPECT_GT(usage->memory_max_bytes, 0U);
  EXPECT_EQ(usage->processes, 1U);
  EXPECT_EQ(world.runtime().task_usage("t1")->processes, 1U);
  EXPECT_EQ(world.runtime().container_usage({"t1", "none"}).error().code, "NotFound");
}

TEST_F(CrunRuntimeTest, KeepersAreSmall) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(world.container({"signals", "0"})));
  EXPECT_EQ(world.lines(app, 1), Lines{"ready"});
  auto shim = parse_process_mark(read_file(world.settings().directory + "/t1/shim.pid").value());
  ASSERT_TRUE(shim);
  auto status = read_file(cat("/proc/", shim->pid, "/status")).value();
  Lines lines;
  for (auto line : split(status, '\n')) lines.emplace_back(line);
  auto kibibytes = [&](std::string_view name) {
    auto value = line_with(lines, name);
    return to_number<int>(std::string_view(value).substr(0, value.find(' '))).value_or(-1);
  };
  std::printf("keeper: %d KiB resident, %d KiB of its own\n", kibibytes("VmRSS:"), kibibytes("RssAnon:"));
  EXPECT_GT(kibibytes("VmRSS:"), 0);
  EXPECT_LT(kibibytes("VmRSS:"), 1024);
  EXPECT_LT(kibibytes("RssAnon:"), 200);
}

TEST_F(CrunRuntimeTest, LeavesNothingBehind) {
  ASSERT_TRUE(world.runtime().start_task({"t1", 50'000, 256 << 20, 64}));
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(world.runtime().start(world.container({"signals", "0"}, name)));
  ASSERT_TRUE(world.runtime().remove_container({"t1", "a"}));
  ASSERT_TRUE(world.runtime().remove_container({"t1", "a"}));
  EXPECT_EQ(world.exits().wait({"t1", "a"})->exit_code, 137);
  EXPECT_FALSE(exists(world.settings().directory + "/t1/c/a"));
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), Lines{});
  EXPECT_EQ(list_directory(world.settings().directory).value(), Lines{});
}

TEST_F(CrunRuntimeTest, StartsManyTasksAtOnce) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([this, number] {
      for (int turn = 0; turn < 5; ++turn) {
        TaskSpec task{cat("many-", number, '-', turn)};
        auto container = world.container({"exit", "4"});
        container.task_id = task.task_id;
        EXPECT_TRUE(world.runtime().start_task(task));
        EXPECT_TRUE(world.runtime().start(container));
        EXPECT_EQ(world.exits().wait({task.task_id, "app"})->exit_code, 4);
        EXPECT_TRUE(world.runtime().remove_task(task.task_id));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(leftovers(world.settings().cgroup_prefix, world.directory()), Lines{});
}

}  // namespace
}  // namespace roadstead
