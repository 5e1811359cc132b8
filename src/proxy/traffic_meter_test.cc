#include "proxy/traffic_meter.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

TEST(TrafficMeter, TellsWhatWasNewSinceTheLastLook) {
  TrafficMeter meter;
  EXPECT_TRUE(meter.take({{"a", {.requests = 1000, .responses_2xx = 1000}}}).empty()) << "older than this process";
  auto taken = meter.take({{"a", {.requests = 1010, .responses_2xx = 1006, .responses_5xx = 4, .healthy_targets = 2}}});
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0], (GroupTraffic{.target_group_arn = "a", .requests = 10, .responses_2xx = 6, .responses_5xx = 4, .healthy_targets = 2}));
}

TEST(TrafficMeter, ANewGroupBeganAtZero) {
  TrafficMeter meter;
  meter.take({});
  auto taken = meter.take({{"new", {.requests = 7}}});
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].requests, 7);
}

TEST(TrafficMeter, CountersThatWentBackBeganAnew) {
  TrafficMeter meter;
  meter.take({{"a", {.requests = 100}}});
  auto taken = meter.take({{"a", {.requests = 3}}});
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].requests, 3);
}

}  // namespace
}  // namespace roadstead
