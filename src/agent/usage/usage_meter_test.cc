#include "agent/usage/usage_meter.h"

#include <gtest/gtest.h>

#include "agent/runtime/fake_runtime.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

class UsageMeterTest : public ::testing::Test {
 protected:
  void start(const std::string& task_id, double processors, UsageSample usage = {}) {
    behaviour_ = {.usage = usage, .processors = processors};
    ASSERT_TRUE(runtime_.start_task({.task_id = task_id}));
    auto started = runtime_.start({.task_id = task_id, .name = "main", .rootfs = "/", .args = {"serve"}});
    ASSERT_TRUE(started);
    tasks_.push_back({task_id, "arn of " + task_id, started->started_at});
  }

  FakeClock clock_;
  FakeBehaviour behaviour_;
  FakeRuntime runtime_{clock_, [this](const ContainerSpec&) { return behaviour_; }};
  UsageMeter meter_{runtime_};
  std::vector<RunningTask> tasks_;
};

TEST_F(UsageMeterTest, TellsWhatWasUsedSinceTheLastLook) {
  start("a", 0.5, {.memory_bytes = 100, .memory_cache_bytes = 30});
  clock_.advance(1h);
  EXPECT_TRUE(meter_.take(tasks_, clock_.now()).empty()) << "older than this process";
  clock_.advance(60s);
  auto taken = meter_.take(tasks_, clock_.now());
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].task_arn, "arn of a");
  EXPECT_NEAR(taken[0].processors, 0.5, 1e-9);
  EXPECT_EQ(taken[0].memory_bytes, 70);
}

TEST_F(UsageMeterTest, ATaskStartedMeanwhileIsMeasuredFromItsStart) {
  meter_.take(tasks_, clock_.now());
  clock_.advance(50s);
  start("young", 2);
  clock_.advance(10s);
  auto taken = meter_.take(tasks_, clock_.now());
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_NEAR(taken[0].processors, 2, 1e-9);
}

TEST_F(UsageMeterTest, ATaskWithoutAControlGroupIsLeftOut) {
  meter_.take(tasks_, clock_.now());
  start("a", 1);
  tasks_.push_back({"gone", "arn of gone", clock_.now()});
  clock_.advance(60s);
  EXPECT_EQ(meter_.take(tasks_, clock_.now()).size(), 1U);
  ASSERT_TRUE(runtime_.remove_task("a"));
  EXPECT_TRUE(meter_.take(tasks_, clock_.now()).empty());
}

}  // namespace
}  // namespace roadstead
