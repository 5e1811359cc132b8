#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"
#include "io/system_clock.h"
#include "io/system_ids.h"
#include "io/worker_pool.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

class IoTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = make_temporary_directory("/tmp", "roadstead-io-");
    ASSERT_TRUE(made) << made.error().message;
    root_ = *made;
  }

  void TearDown() override { EXPECT_TRUE(remove_tree(root_)); }

  std::string root_;
};

TEST_F(IoTest, WritesWholeOrNotAtAll) {
  auto path = root_ + "/state";
  ASSERT_TRUE(write_file_atomic(path, "one"));
  ASSERT_TRUE(write_file_atomic(path, "two"));
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_EQ(list_directory(root_).value(), std::vector<std::string>{"state"});  // nothing left aside
  EXPECT_EQ(write_file_atomic(root_ + "/none/state", "x").error().code, "NotFound");
  EXPECT_EQ(list_directory(root_).value().size(), 1U);
}

TEST_F(IoTest, RefusesWhatIsTooLargeAndSaysWhatIsMissing) {
  ASSERT_TRUE(write_file_atomic(root_ + "/big", std::string(100, 'x')));
  EXPECT_EQ(read_file(root_ + "/big", 99).error().code, "TooLarge");
  EXPECT_TRUE(read_file(root_ + "/big", 100));
  auto missing = read_file(root_ + "/missing").error();
  EXPECT_EQ(missing.code, "NotFound");
  EXPECT_EQ(missing.message, cat("cannot open ", root_, "/missing: No such file or directory"));
}

TEST_F(IoTest, RemovesTreesWithoutFollowingLinks) {
  ASSERT_TRUE(make_directories(root_ + "/a/b/c"));
  ASSERT_TRUE(make_directories(root_ + "/a/b/c"));
  ASSERT_TRUE(make_directories(root_ + "/keep"));
  ASSERT_TRUE(write_file_atomic(root_ + "/keep/file", "x"));
  ASSERT_EQ(::symlink((root_ + "/keep").c_str(), (root_ + "/a/b/link").c_str()), 0);
  ASSERT_TRUE(write_file_atomic(root_ + "/a/b/c/file", "x"));
  ASSERT_TRUE(remove_tree(root_ + "/a"));
  EXPECT_FALSE(exists(root_ + "/a"));
  EXPECT_TRUE(exists(root_ + "/keep/file"));
  EXPECT_TRUE(remove_tree(root_ + "/a"));
}

TEST_F(IoTest, CountsHardLinksOnce) {
  ASSERT_TRUE(write_file_atomic(root_ + "/one", std::string(1 << 20, 'x')));
  auto before = disk_usage(root_);
  ASSERT_EQ(::link((root_ + "/one").c_str(), (root_ + "/two").c_str()), 0);
  EXPECT_EQ(disk_usage(root_), before);
  EXPECT_GE(before, 1U << 20);
}

TEST_F(IoTest, DirectoryInTheWayIsAnError) {
  ASSERT_TRUE(write_file_atomic(root_ + "/file", "x"));
  EXPECT_FALSE(make_directories(root_ + "/file"));
  EXPECT_FALSE(make_directories(root_ + "/file/below"));
}

TEST(Subprocess, GivesOutputAndExitCode) {
  auto outcome = run({.argv = {"sh", "-c", "cat; echo oops >&2; exit 3"}, .input = "hello"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_EQ(outcome->out, "hello");
  EXPECT_EQ(outcome->err, "oops\n");
  EXPECT_FALSE(outcome->ok());
}

TEST(Subprocess, PassesArgumentsUnchangedAndOnlyTheGivenEnvironment) {
  auto outcome = run({.argv = {"/bin/sh", "-c", "printf '%s|' \"$@\"; env | sort | grep -v -e ^PWD -e ^_ -e ^SHLVL; pwd",
                               "sh", "a b", "$HOME", "*"},
                      .environment = std::vector<std::string>{"K=v w"},
                      .directory = "/usr"});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "a b|$HOME|*|K=v w\n/usr\n");
}

TEST(Subprocess, SaysWhenThereIsNoSuchProgram) {
  EXPECT_EQ(run({.argv = {"no-such-program-here"}}).error().code, "NotFound");
  EXPECT_EQ(run({.argv = {"/no/such/program"}}).error().code, "NotFound");
  EXPECT_EQ(run({.argv = {"true"}, .directory = "/no/such"}).error().code, "NotFound");
}

TEST(Subprocess, KillsTheWholeGroupAtTheDeadline) {
  auto outcome = run({.argv = {"sh", "-c", "sleep 600 & echo $!; wait"}, .timeout = 200ms});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->timed_out);
  EXPECT_EQ(outcome->signal, SIGKILL);
  auto grandchild = to_number<pid_t>(trim(outcome->out));
  ASSERT_TRUE(grandchild);
  // It may be a zombie until its new parent reaps it, but it runs no more.
  auto status = read_file(cat("/proc/", *grandchild, "/stat"));
  while (status && status->find(") Z ") == std::string::npos) status = read_file(cat("/proc/", *grandchild, "/stat"));
  SUCCEED();
}

TEST(Subprocess, StopsOnRequest) {
  std::stop_source stop;
  auto running = std::async(std::launch::async, [&] {
    return run({.argv = {"sleep", "600"}, .stop = stop.get_token()});
  });
  stop.request_stop();
  auto outcome = running.get();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->stopped);
  EXPECT_EQ(run_ok({.argv = {"sleep", "600"}, .stop = stop.get_token()}).error().code, "CommandStopped");
}

TEST(Subprocess, BoundsWhatItKeepsButReadsOn) {
  auto outcome = run({.argv = {"sh", "-c", "head -c 3000000 /dev/zero; exit 0"}, .max_output = 1000});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok());
  EXPECT_TRUE(outcome->truncated);
  EXPECT_EQ(outcome->out.size(), 1000U);
}

TEST(Subprocess, SurvivesAChildThatDoesNotReadItsInput) {
  auto outcome = run({.argv = {"true"}, .input = std::string(1 << 20, 'x')});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok());
}

TEST(Subprocess, DoesNotWaitForADaemonThatKeepsThePipe) {
  auto outcome = run({.argv = {"sh", "-c", "sleep 5 & echo $!"}});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok());
  auto left = to_number<pid_t>(trim(outcome->out));
  ASSERT_TRUE(left);
  EXPECT_EQ(::kill(*left, SIGKILL), 0);  // still there: we came back before it
}

TEST(Subprocess, FailureBecomesOneLine) {
  auto failed = run_ok({.argv = {"sh", "-c", "echo first >&2; echo last >&2; exit 2"}}).error();
  EXPECT_EQ(failed.code, "CommandFailed");
  EXPECT_EQ(failed.message, "sh ended with 2: last");
  EXPECT_EQ(failed.detail, "first\nlast\n");
}

TEST(SystemIds, NeverRepeats) {
  SystemIds ids;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(ids.bits());
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(SystemClock, TellsThisCentury) { EXPECT_GT(SystemClock().now().seconds(), 1.7e9); }

TEST(WorkerPool, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  {
    WorkerPool pool("test", 3);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.try_submit([&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkerPool, RefusesWhatDoesNotFit) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::promise<void> started;
  WorkerPool pool("test", 1, 1);
  ASSERT_TRUE(pool.try_submit([&, open] { started.set_value(); open.wait(); }));
  started.get_future().wait();
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_FALSE(pool.try_submit([] {}));
  EXPECT_EQ(pool.queued(), 1U);
  gate.set_value();
}

}  // namespace
}  // namespace roadstead
