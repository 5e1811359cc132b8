#include "decide/metrics/metric_store.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant::from_seconds(1'790'000'040);

TEST(MetricStore, GathersWhatFallsIntoOnePeriod) {
  MetricStore store;
  store.add("a", start, 10);
  store.add("a", start + 59s, 30);
  store.add("a", start + 60s, 5);
  auto points = store.points("a", 2, start + 120s);
  ASSERT_TRUE(points[0]);
  EXPECT_EQ(*points[0], (MetricPoint{.at = start, .sum = 40, .samples = 2, .minimum = 10, .maximum = 30}));
  EXPECT_EQ(points[0]->average(), 20);
  ASSERT_TRUE(points[1]);
  EXPECT_EQ(points[1]->sum, 5);
}

TEST(MetricStore, SaysWhereNothingWasMeasured) {
  MetricStore store;
  store.add("a", start, 1);
  store.add("a", start + 120s, 2);
  auto points = store.points("a", 4, start + 180s);
  ASSERT_EQ(points.size(), 4U);
  EXPECT_FALSE(points[0]);
  EXPECT_TRUE(points[1]);
  EXPECT_FALSE(points[2]);
  EXPECT_TRUE(points[3]);
  EXPECT_FALSE(store.points("unknown", 1, start)[0]);
}

TEST(MetricStore, TakesLatePointsInOrder) {
  MetricStore store;
  store.add("a", start + 120s, 3);
  store.add("a", start, 1);
  store.add("a", start + 60s, 2);
  auto points = store.points("a", 3, start + 180s);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(points[static_cast<std::size_t>(i)]);
    EXPECT_EQ(points[static_cast<std::size_t>(i)]->sum, i + 1);
  }
}

TEST(MetricStore, ForgetsWhatIsTooOldAndSeriesThatEnded) {
  MetricStore store({.period = 60s, .periods_kept = 3});
  store.add("old", start, 1);
  store.add("young", start, 1);
  store.add("young", start + 180s, 2);
  store.measured(start + 240s);
  EXPECT_EQ(store.series(), 1U);
  EXPECT_FALSE(store.points("young", 4, start + 240s)[0]);
  ASSERT_TRUE(store.newest("young"));
  EXPECT_EQ(store.newest("young")->sum, 2);
}

TEST(MetricStore, BeginsNoSeriesTooMany) {
  MetricStore store({.most_series = 2});
  for (const char* key : {"a", "b", "c"}) store.add(key, start, 1);
  EXPECT_EQ(store.series(), 2U);
  store.add("a", start, 1);
  EXPECT_EQ(store.points("a", 1, start + 60s)[0]->sum, 2);
}

TEST(MetricStore, NamesSeriesWithoutRegardToOrder) {
  EXPECT_EQ(metric_key("AWS/ECS", "CPUUtilization", {{"ServiceName", "web"}, {"ClusterName", "default"}}),
            metric_key("AWS/ECS", "CPUUtilization", {{"ClusterName", "default"}, {"ServiceName", "web"}}));
}

TEST(MetricStore, KnowsTheStatistics) {
  MetricPoint point{.sum = 12, .samples = 4, .minimum = 1, .maximum = 6};
  EXPECT_EQ(statistic_of(point, "Average"), 3);
  EXPECT_EQ(statistic_of(point, "Sum"), 12);
  EXPECT_EQ(statistic_of(point, "Minimum"), 1);
  EXPECT_EQ(statistic_of(point, "Maximum"), 6);
  EXPECT_EQ(statistic_of(point, "SampleCount"), 4);
  EXPECT_FALSE(statistic_of(point, "p99"));
}

}  // namespace
}  // namespace roadstead
