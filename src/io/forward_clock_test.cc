#include "io/forward_clock.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

class ForwardClockTest : public ::testing::Test {
 protected:
  void pass(Duration span) {
    wall_.advance(span);
    uptime_.advance(span);
  }

  Instant start_ = Instant::from_seconds(1'000'000);
  FakeClock wall_{start_};
  FakeClock uptime_{Instant{}};
  ForwardClock clock_{wall_, uptime_};
};

TEST_F(ForwardClockTest, IsTheWallClockAlsoWhenThatIsSetForward) {
  EXPECT_EQ(clock_.now(), start_);
  pass(5s);
  EXPECT_EQ(clock_.now(), start_ + 5s);
  wall_.advance(1h);
  EXPECT_EQ(clock_.now(), start_ + 5s + 1h);
}

TEST_F(ForwardClockTest, GoesOnAtHalfTheSpeedUntilTheWallClockHasCaughtUp) {
  EXPECT_EQ(clock_.now(), start_);
  wall_.set(start_ - 10min);
  EXPECT_EQ(clock_.now(), start_);
  pass(10min);
  EXPECT_EQ(clock_.now(), start_ + 5min);
  pass(9min);
  EXPECT_EQ(clock_.now(), start_ + 9min + 30s);
  pass(1min);
  EXPECT_EQ(clock_.now(), start_ + 10min);
  pass(1min);
  EXPECT_EQ(clock_.now(), start_ + 11min);
}

TEST_F(ForwardClockTest, DoesNotStandStillWhenItIsAskedAllTheTime) {
  EXPECT_EQ(clock_.now(), start_);
  wall_.set(start_ - 1h);
  (void)clock_.now();
  for (int i = 0; i < 1000; ++i) {
    pass(1us);
    (void)clock_.now();
  }
  EXPECT_EQ(clock_.now(), start_ + 500us);
}

TEST_F(ForwardClockTest, GoesOnWhenTheWallClockIsSetBackAgain) {
  EXPECT_EQ(clock_.now(), start_);
  wall_.set(start_ - 10min);
  (void)clock_.now();
  pass(2min);
  wall_.set(start_ - 1h);
  EXPECT_EQ(clock_.now(), start_ + 1min);
  pass(2min);
  EXPECT_EQ(clock_.now(), start_ + 2min);
}

TEST_F(ForwardClockTest, FollowsAWallClockThatWasDaysAhead) {
  EXPECT_EQ(clock_.now(), start_);
  wall_.set(start_ - 25h);
  EXPECT_EQ(clock_.now(), start_ - 25h);
}

}  // namespace
}  // namespace roadstead
