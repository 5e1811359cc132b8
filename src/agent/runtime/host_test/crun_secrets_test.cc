// What a container with secrets leaves on the disk: nothing of them, whether it runs, runs commands, or is started again.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/host_test/crun_test_world.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {
namespace {

const ContainerRef app{"t1", "app"};
constexpr const char* value = "tell-nobody-4711";

class CrunSecrets : public testing::Test {
 protected:
  /// The files below the runtime's directory that hold the value; grep follows no links.
  std::string found() {
    auto outcome = run({.argv = {"grep", "-rlF", value, world.directory()}});
    return outcome ? outcome->out : "grep did not run";
  }

  /// Where the container's files in memory are.
  std::string memory() {
    for (const char* root : {"/run", "/dev/shm"}) {
      auto place = cat(root, "/roadstead-secrets-", world.settings().cgroup_prefix);
      if (exists(place)) return place;
    }
    return {};
  }

  ContainerSpec container(std::vector<std::string> arguments) {
    auto spec = world.container(std::move(arguments));
    spec.env = {cat("SECRET=", value)};
    spec.secret_env = true;
    return spec;
  }

  CrunTestWorld world;
};

TEST_F(CrunSecrets, AreInTheEnvironmentAndInNoFile) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  auto started = world.runtime().start(container({"signals", "0"}));
  ASSERT_TRUE(started) << started.error().message;
  auto said = world.runtime().exec(app, {{"guest", "env", "SECRET"}});
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->output, cat(value, "\n"));
  ExecSpec endless{{"guest", "signals", "0"}};
  endless.timeout = std::chrono::milliseconds(200);
  EXPECT_TRUE(world.runtime().exec(app, endless)->timed_out);
  EXPECT_EQ(found(), "");
  ASSERT_NE(memory(), "");
  struct stat status {};
  ASSERT_EQ(::stat(memory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_EQ(memory(), "");
}

TEST_F(CrunSecrets, AreThereAgainAfterARestart) {
  ASSERT_TRUE(world.runtime().start_task({"t1"}));
  ASSERT_TRUE(world.runtime().start(container({"exit", "3"})));
  ASSERT_TRUE(world.exits().wait(app));
  auto again = world.runtime().start(container({"signals", "0"}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(world.runtime().exec(app, {{"guest", "env", "SECRET"}})->output, cat(value, "\n"));
  world.reopen();
  ASSERT_TRUE(world.runtime().recover());
  EXPECT_EQ(world.runtime().exec(app, {{"guest", "env", "SECRET"}})->output, cat(value, "\n")) << "the agent was restarted";
  EXPECT_EQ(found(), "");
  ASSERT_TRUE(world.runtime().remove_task("t1"));
  EXPECT_EQ(memory(), "");
}

}  // namespace
}  // namespace roadstead
