#include "decide/metrics/measure.h"

#include <gtest/gtest.h>

#include "store/tx/database.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant::from_seconds(1'790'000'040);
const std::string service_arn = "arn:aws:ecs:us-east-1:123456789012:service/default/web";
const std::string blue = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/1";
const std::string green = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/green/2";

class Measure : public ::testing::Test {
 protected:
  void change(Work work) {
    auto outcome = database_.run(work, now_, ids_);
    ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  }

  void put_task(const std::string& arn, const char* cpu, const char* memory) {
    change([&](Tx& tx) -> Status {
      TaskRow task{.task_arn = arn, .task_id = arn, .service_arn = service_arn};
      if (cpu != nullptr) task.cpu = cpu;
      if (memory != nullptr) task.memory = memory;
      task.containers = {{.name = "app", .cpu = "128", .memory = "64"}, {.name = "side", .cpu = "128", .memory = "200", .memory_reservation = "64"}};
      tx.put(std::move(task));
      return Done{};
    });
  }

  void put_group(const std::string& arn) {
    change([&](Tx& tx) -> Status {
      tx.put(TargetGroupRow{.target_group_arn = arn, .target_group_name = arn, .owner = service_arn});
      return Done{};
    });
  }

  void measure(std::vector<TaskUsage> tasks, std::vector<GroupTraffic> groups = {}) {
    change([&](Tx& tx) {
      return observe_measurements(tx, store_, {.begin = at_, .end = at_ + 60s, .tasks = std::move(tasks), .groups = std::move(groups)});
    });
    at_ = at_ + 60s;
    now_ = at_;
  }

  std::optional<MetricPoint> newest(const char* space, const char* name) {
    return store_.newest(metric_key(space, name, service_labels(service_arn)));
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  MetricStore store_;
  Instant at_ = start;
  Instant now_ = start;
};

TEST_F(Measure, UtilisationIsRelativeToTheTasksOwnSize) {
  put_task("a", "512", "1024");
  put_task("b", "512", "1024");
  measure({{.task_arn = "a", .processors = 0.25, .memory_bytes = 256.0 * 1024 * 1024},
           {.task_arn = "b", .processors = 0.5, .memory_bytes = 512.0 * 1024 * 1024},
           {.task_arn = "gone", .processors = 9, .memory_bytes = 9}});
  auto cpu = newest(ecs_metrics, cpu_metric);
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->average(), 75);
  EXPECT_EQ(cpu->samples, 2);
  EXPECT_EQ(cpu->maximum, 100);
  EXPECT_EQ(newest(ecs_metrics, memory_metric)->average(), 37.5);
}

TEST_F(Measure, WithoutASizeItIsRelativeToItsContainers) {
  put_task("a", nullptr, nullptr);
  measure({{.task_arn = "a", .processors = 0.125, .memory_bytes = 64.0 * 1024 * 1024}});
  EXPECT_EQ(newest(ecs_metrics, cpu_metric)->average(), 50);
  EXPECT_EQ(newest(ecs_metrics, memory_metric)->average(), 50);
}

TEST_F(Measure, RequestsPerTargetAreThoseOfTheBusiestGroup) {
  put_group(blue);
  put_group(green);
  measure({}, {{.target_group_arn = blue, .requests = 950, .healthy_targets = 2},
               {.target_group_arn = green, .requests = 50, .healthy_targets = 2},
               {.target_group_arn = "gone", .requests = 5, .healthy_targets = 1}});
  auto point = newest(balancer_metrics, requests_per_target_metric);
  ASSERT_TRUE(point);
  EXPECT_EQ(point->average(), 475);
  EXPECT_EQ(point->sum, 1000);
  EXPECT_EQ(store_.newest(group_series(request_count_metric, green))->sum, 50);
  EXPECT_FALSE(store_.newest(group_series(request_count_metric, "gone")));
}

TEST_F(Measure, TheRollbackAlarmRingsAfterTwoBadMinutesAndIsSilentAgain) {
  put_group(blue);
  put_group(green);
  change([&](Tx& tx) -> Status {
    MetricAlarmRow alarm{.alarm_name = "roll", .alarm_arn = "arn", .alarm_state = "INSUFFICIENT_DATA"};
    alarm.metric = AlarmMetric{.error_rate_target_group_arns = {blue, green}, .error_rate_minimum = 2};
    alarm.threshold = 1;
    alarm.comparison_operator = "GreaterThanThreshold";
    alarm.evaluation_periods = 3;
    alarm.datapoints_to_alarm = 2;
    alarm.treat_missing_data = "notBreaching";
    tx.put(std::move(alarm));
    return Done{};
  });
  auto state = [&] { return database_.reader().find<MetricAlarmRow>("roll")->alarm_state; };
  GroupTraffic good{.target_group_arn = blue, .requests = 950, .healthy_targets = 1};
  GroupTraffic bad{.target_group_arn = green, .requests = 50, .responses_5xx = 50, .healthy_targets = 1};
  measure({}, {good});
  EXPECT_EQ(state(), "OK");
  measure({}, {good, bad});
  EXPECT_EQ(state(), "OK");
  measure({}, {good, bad});
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(database_.reader().find<MetricAlarmRow>("roll")->state_changed_at, at_ - 60s);
  measure({}, {good});
  EXPECT_EQ(state(), "ALARM") << "two of the last three were bad";
  measure({}, {good});
  EXPECT_EQ(state(), "OK");
}

}  // namespace
}  // namespace roadstead
