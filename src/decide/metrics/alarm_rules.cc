#include "decide/metrics/alarm_rules.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/metrics/measure.h"

namespace roadstead {

namespace {

/// What CloudWatch calls a minute is the store's period, which is shorter in tests only.
constexpr int minute_seconds = 60;

bool crosses(const MetricAlarmRow& alarm, double value) {
  const auto& comparison = alarm.comparison_operator;
  if (comparison == "LessThanThreshold") return value < alarm.threshold;
  if (comparison == "LessThanOrEqualToThreshold") return value <= alarm.threshold;
  if (comparison == "GreaterThanOrEqualToThreshold") return value >= alarm.threshold;
  return value > alarm.threshold;
}

std::string_view comparison_text(const MetricAlarmRow& alarm) {
  const auto& comparison = alarm.comparison_operator;
  if (comparison == "LessThanThreshold") return "less than";
  if (comparison == "LessThanOrEqualToThreshold") return "less than or equal to";
  if (comparison == "GreaterThanOrEqualToThreshold") return "greater than or equal to";
  return "greater than";
}

/// "2026-01-31T12:34:56Z" as CloudWatch writes it in reasons: "31/01/26 12:34:56".
std::string reason_time(Instant at) {
  auto text = format_iso8601(at);
  return cat(text.substr(8, 2), '/', text.substr(5, 2), '/', text.substr(2, 2), ' ', text.substr(11, 8));
}

/// A number as CloudWatch writes it: never without a fraction.
std::string number_text(double number) {
  auto text = cat(number);
  return text.find_first_of(".e") == std::string::npos ? cat(text, ".0") : text;
}

const char* datapoints_text(std::size_t count) { return count == 1 ? " datapoint" : " datapoints"; }

std::string crossed_reason(const MetricAlarmRow& alarm, const std::vector<AlarmValue>& named, std::size_t of, bool rings) {
  std::string list;
  for (auto one = named.rbegin(); one != named.rend(); ++one) {
    list += cat(list.empty() ? "" : ", ", number_text(*one->value), " (", reason_time(one->at), ")");
  }
  auto verb = cat(named.size() == 1 ? " was " : " were ", rings ? "" : "not ", comparison_text(alarm), " the threshold (", number_text(alarm.threshold), ")");
  auto needed = static_cast<std::size_t>(
      rings ? alarm.datapoints_to_alarm : alarm.evaluation_periods - alarm.datapoints_to_alarm + 1
  );
  return cat("Threshold Crossed: ", named.size(), " out of the last ", of, datapoints_text(of), " [", list, ']', verb, " (minimum ",
             needed, datapoints_text(needed), " for ", rings ? "OK -> ALARM" : "ALARM -> OK", " transition).");
}

/// The share of failed requests, in percent, of the group that has the highest in a period.
std::optional<double> error_rate(const MetricStore& measured, const AlarmMetric& metric, int periods, Instant until) {
  std::optional<double> highest;
  for (const auto& group : metric.error_rate_target_group_arns) {
    double requests = 0;
    double failed = 0;
    for (const auto& point : measured.points(group_series(request_count_metric, group), periods, until)) {
      if (point) requests += point->sum;
    }
    for (const auto& point : measured.points(group_series(failed_count_metric, group), periods, until)) {
      if (point) failed += point->sum;
    }
    if (requests <= 0) continue;
    double rate = failed < metric.error_rate_minimum ? 0 : 100 * failed / requests;
    highest = std::max(highest.value_or(0), rate);
  }
  return highest;
}

std::optional<double> metric_value(const MetricStore& measured, const AlarmMetric& metric, int periods, Instant until) {
  if (!metric.error_rate_target_group_arns.empty()) return error_rate(measured, metric, periods, until);
  MetricPoint whole;
  for (const auto& point : measured.points(series_of(metric), periods, until)) {
    if (!point) continue;
    whole.minimum = whole.samples > 0 ? std::min(whole.minimum, point->minimum) : point->minimum;
    whole.maximum = whole.samples > 0 ? std::max(whole.maximum, point->maximum) : point->maximum;
    whole.sum += point->sum;
    whole.samples += point->samples;
  }
  if (whole.samples <= 0) return std::nullopt;
  return statistic_of(whole, metric.statistic.value_or("Average"));
}

}  // namespace

std::string series_of(const AlarmMetric& metric) {
  std::vector<MetricLabel> dimensions;
  for (const auto& dimension : metric.dimensions) dimensions.emplace_back(dimension.name, dimension.value);
  return metric_key(metric.namespace_.value_or(""), metric.metric_name.value_or(""), std::move(dimensions));
}

std::vector<AlarmValue> alarm_values(const MetricStore& measured, const MetricAlarmRow& alarm) {
  std::vector<AlarmValue> out;
  if (!alarm.metric) return out;
  int periods = std::max(1, alarm.period_seconds / minute_seconds);
  auto until = measured.measured_until();
  for (int i = alarm.evaluation_periods - 1; i >= 0; --i) {
    auto end = until - i * periods * measured.period();
    auto begin = end - periods * measured.period();
    AlarmValue one{.at = begin, .value = {}};
    if (begin >= alarm.counted_from.value_or(Instant{})) one.value = metric_value(measured, *alarm.metric, periods, end);
    out.push_back(one);
  }
  return out;
}

AlarmVerdict judge_alarm(const MetricAlarmRow& alarm, const std::vector<AlarmValue>& values) {
  std::vector<AlarmValue> wrong;
  std::vector<AlarmValue> right;
  int missing = 0;
  for (const auto& one : values) {
    if (!one.value) {
      ++missing;
    } else {
      (crosses(alarm, *one.value) ? wrong : right).push_back(one);
    }
  }
  const auto& treat = alarm.treat_missing_data;
  int breaching = static_cast<int>(wrong.size()) + (treat == "breaching" ? missing : 0);
  bool nothing_known = wrong.empty() && right.empty();
  AlarmVerdict same{alarm.alarm_state, alarm.state_reason.value_or("")};
  if (breaching >= alarm.datapoints_to_alarm && breaching > 0) {
    if (same.state == "ALARM") return same;
    if (nothing_known) return {"ALARM", cat("Threshold Crossed: no datapoints were received for ", missing, " periods and missing datapoints are treated as [Breaching].")};
    return {"ALARM", crossed_reason(alarm, wrong, values.size(), true)};
  }
  if (nothing_known && treat == "ignore") return same;
  if (nothing_known && treat == "notBreaching") {
    if (same.state == "OK") return same;
    return {"OK", cat("Threshold Crossed: no datapoints were received for ", missing, missing == 1 ? " period" : " periods",
                      " and ", missing, " missing", datapoints_text(static_cast<std::size_t>(missing)), missing == 1 ? " was" : " were",
                      " treated as [NonBreaching].")};
  }
  if (nothing_known) {
    if (same.state == "INSUFFICIENT_DATA") return same;
    return {"INSUFFICIENT_DATA", cat("Insufficient Data: ", missing, datapoints_text(static_cast<std::size_t>(missing)), missing == 1 ? " was" : " were", " unknown.")};
  }
  if (same.state == "OK") return same;
  if (right.empty()) return {"OK", "Threshold Crossed: too few datapoints crossed the threshold."};
  return {"OK", crossed_reason(alarm, right, values.size(), false)};
}

}  // namespace roadstead
