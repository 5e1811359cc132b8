#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cstdio>

#include "agent/runtime/host_test/crun_test_world.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

std::int64_t monotonic_nanos() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/// Milliseconds from the decision to the first instruction of the container, in ascending order. The program tells when
/// it ran; the clock is the machine's.
std::vector<double> measure(CrunTestWorld& world, int starts) {
  std::vector<double> millis;
  EXPECT_TRUE(world.runtime().start_task({"t1"}));
  for (int turn = 0; turn < starts; ++turn) {
    auto container = world.container({"clock"}, cat("c", turn));
    auto begun = monotonic_nanos();
    EXPECT_TRUE(world.runtime().start(container));
    auto lines = world.lines({"t1", container.name});
    EXPECT_EQ(lines.size(), 1U);
    if (lines.size() == 1)
      millis.push_back(static_cast<double>(to_number<std::int64_t>(lines[0]).value_or(0) - begun) / 1e6);
    EXPECT_TRUE(world.runtime().remove_container({"t1", container.name}));
  }
  std::sort(millis.begin(), millis.end());
  return millis;
}

/// Prints how long starts take, for people: a test machine is too uneven to assert it. What makes them short is
/// asserted: no profile that crun would have to compile, and a crun that need not copy itself.
TEST(CrunStartTime, HasNoFilterToCompile) {
  CrunTestWorld world;
  auto millis = measure(world, 20);
  ASSERT_EQ(millis.size(), 20U);
  std::printf("decision to first instruction: best %.1f ms, median %.1f ms\n", millis[0], millis[10]);
  ASSERT_TRUE(world.runtime().start(world.container({"exit", "0"})));
  auto config = read_file(world.settings().directory + "/t1/c/app/bundle/config.json").value();
  EXPECT_NE(config.find("run.oci.seccomp_bpf_data"), std::string::npos);
  EXPECT_EQ(config.find("\"seccomp\""), std::string::npos);
}

TEST(CrunStartTime, FallsBackToTheProfileAsText) {
  CrunTestWorld world;
  world.reopen([](RuntimeSettings& settings) { settings.seccomp_by_text = true; });
  auto lines = world.output_of(world.container({"show", "/proc/self/status"}));
  auto filtered = [](const std::string& line) { return line == "Seccomp:\t2"; };
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), filtered));
  auto config = read_file(world.settings().directory + "/t1/c/app/bundle/config.json").value();
  EXPECT_NE(config.find("\"seccomp\""), std::string::npos);
}

}  // namespace
}  // namespace roadstead
