#include "decide/metrics/alarm_rules.h"

#include <gtest/gtest.h>

#include "decide/metrics/measure.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Instant start = Instant::from_seconds(1'790'000'040);
constexpr double none = -1;

MetricAlarmRow alarm_of(int needed, int of, const char* comparison, double threshold) {
  MetricAlarmRow row{.alarm_name = "a", .alarm_arn = "arn", .alarm_state = "OK"};
  row.comparison_operator = comparison;
  row.threshold = threshold;
  row.evaluation_periods = of;
  row.datapoints_to_alarm = needed;
  return row;
}

std::vector<AlarmValue> values_of(const std::vector<double>& numbers) {
  std::vector<AlarmValue> out;
  auto at = start;
  for (double number : numbers) {
    out.push_back({.at = at, .value = number == none ? std::nullopt : std::optional(number)});
    at = at + 60s;
  }
  return out;
}

struct AlarmCase {
  const char* what;
  int needed;
  int of;
  const char* comparison;
  const char* missing;
  const char* before;
  std::vector<double> values;
  const char* after;
};

TEST(AlarmRules, Table) {
  const char* over = "GreaterThanThreshold";
  const char* under = "LessThanThreshold";
  const AlarmCase cases[] = {
      {"all over", 3, 3, over, nullptr, "OK", {61, 61, 61}, "ALARM"},
      {"one not over", 3, 3, over, nullptr, "OK", {61, 60, 61}, "OK"},
      {"two of three are enough", 2, 3, over, nullptr, "OK", {61, 10, 61}, "ALARM"},
      {"exactly at the threshold", 1, 1, over, nullptr, "OK", {60}, "OK"},
      {"under", 2, 2, under, nullptr, "OK", {59, 59}, "ALARM"},
      {"ends when one is back", 3, 3, over, nullptr, "ALARM", {61, 61, 20}, "OK"},
      {"nothing known", 3, 3, over, nullptr, "OK", {none, none, none}, "INSUFFICIENT_DATA"},
      {"a first value", 3, 3, over, nullptr, "INSUFFICIENT_DATA", {none, none, 61}, "OK"},
      {"silence is fine", 2, 3, over, "notBreaching", "ALARM", {none, none, none}, "OK"},
      {"silence is bad", 2, 3, over, "breaching", "OK", {none, 10, none}, "ALARM"},
      {"silence changes nothing", 2, 3, over, "ignore", "ALARM", {none, none, none}, "ALARM"},
      {"two of three, one missing", 2, 3, over, "notBreaching", "OK", {61, none, 61}, "ALARM"},
      {"one of three, two missing", 2, 3, over, "notBreaching", "OK", {none, none, 61}, "OK"},
  };
  for (const auto& one : cases) {
    auto alarm = alarm_of(one.needed, one.of, one.comparison, 60);
    alarm.alarm_state = one.before;
    if (one.missing != nullptr) alarm.treat_missing_data = one.missing;
    EXPECT_EQ(judge_alarm(alarm, values_of(one.values)).state, one.after) << one.what;
  }
}

TEST(AlarmRules, SaysWhyAsCloudWatchDoes) {
  auto alarm = alarm_of(2, 3, "GreaterThanThreshold", 60);
  EXPECT_EQ(judge_alarm(alarm, values_of({61.5, 10, 70})).reason,
            "Threshold Crossed: 2 out of the last 3 datapoints [70.0 (21/09/26 14:16:00), 61.5 (21/09/26 14:14:00)] were greater than "
            "the threshold (60.0) (minimum 2 datapoints for OK -> ALARM transition).");
  alarm.alarm_state = "ALARM";
  EXPECT_EQ(judge_alarm(alarm, values_of({none, none, 7})).reason,
            "Threshold Crossed: 1 out of the last 3 datapoints [7.0 (21/09/26 14:16:00)] was not greater than the threshold (60.0) "
            "(minimum 2 datapoints for ALARM -> OK transition).");
  EXPECT_EQ(judge_alarm(alarm, values_of({none, none, none})).reason, "Insufficient Data: 3 datapoints were unknown.");
}

TEST(AlarmRules, AStateThatStaysKeepsItsReason) {
  auto alarm = alarm_of(1, 1, "GreaterThanThreshold", 60);
  alarm.alarm_state = "ALARM";
  alarm.state_reason = "as it was";
  EXPECT_EQ(judge_alarm(alarm, values_of({99})).reason, "as it was");
}

TEST(AlarmRules, ReadsItsValuesFromTheStore) {
  MetricStore store;
  auto alarm = alarm_of(2, 3, "GreaterThanThreshold", 60);
  alarm.metric = AlarmMetric{.namespace_ = "N", .metric_name = "M", .dimensions = {{.name = "d", .value = "v"}}, .statistic = "Sum"};
  auto key = metric_key("N", "M", {{"d", "v"}});
  store.add(key, start, 1);
  store.add(key, start, 2);
  store.add(key, start + 120s, 4);
  store.measured(start + 180s);
  auto values = alarm_values(store, alarm);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].value, 3);
  EXPECT_FALSE(values[1].value);
  EXPECT_EQ(values[2].value, 4);
  EXPECT_EQ(values[2].at, start + 120s);
  alarm.counted_from = start + 60s;
  EXPECT_FALSE(alarm_values(store, alarm)[0].value) << "what was before it was set up does not count";
}

TEST(AlarmRules, AnErrorRateIsThatOfTheWorstGroup) {
  MetricStore store;
  auto measured = [&](const char* group, double requests, double failed) {
    store.add(group_series(request_count_metric, group), start, requests);
    store.add(group_series(failed_count_metric, group), start, failed);
  };
  measured("blue", 950, 0);
  measured("green", 50, 10);
  store.measured(start + 60s);
  auto alarm = alarm_of(1, 1, "GreaterThanThreshold", 1);
  alarm.metric = AlarmMetric{.error_rate_target_group_arns = {"blue", "green"}, .error_rate_minimum = 2};
  EXPECT_EQ(alarm_values(store, alarm)[0].value, 20);
  alarm.metric->error_rate_minimum = 11;
  EXPECT_EQ(alarm_values(store, alarm)[0].value, 0);
  alarm.metric->error_rate_target_group_arns = {"idle"};
  EXPECT_FALSE(alarm_values(store, alarm)[0].value);
}

}  // namespace
}  // namespace roadstead
