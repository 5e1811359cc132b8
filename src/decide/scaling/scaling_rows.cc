#include "decide/scaling/scaling_rows.h"

#include "base/id/arn.h"
#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/metrics/measure.h"

namespace roadstead {

namespace {

constexpr int high_periods = 3;
constexpr int low_periods = 15;
/// The low alarm rings only well below the target, so that a count that fits stays.
constexpr double low_share = 0.9;

std::vector<MetricDimension> dimensions_of(const std::vector<MetricLabel>& labels) {
  std::vector<MetricDimension> out;
  for (const auto& [name, value] : labels) out.push_back({.name = name, .value = value});
  return out;
}

/// "targetgroup/<name>/<id>" of "app/<name>/<id>/targetgroup/<name>/<id>".
std::string group_of_label(const std::string& label) {
  auto at = label.find("targetgroup/");
  return at == std::string::npos ? label : label.substr(at);
}

std::string alarm_arn_of(const std::string& policy_arn, const std::string& name) {
  auto arn = parse_arn(policy_arn).value_or(Arn{});
  arn.service = "cloudwatch";
  arn.resource = cat("alarm:", name);
  return to_string(arn);
}

struct AlarmSide {
  const char* side;
  const char* comparison;
  double threshold;
  int periods;
};

/// Makes or mends one alarm; returns its name.
std::string ensure_alarm(Tx& tx, const ScalingPolicyRow& policy, const std::optional<std::string>& known, const AlarmSide& side) {
  auto name = known.value_or("");
  if (name.empty()) name = cat("TargetTracking-", policy.resource_id, '-', side.side, '-', new_uuid(tx.ids()));
  auto row = tx.find<MetricAlarmRow>(name);
  MetricAlarmRow alarm = row ? *row : MetricAlarmRow{};
  alarm.metric = tracked_metric(policy);
  alarm.threshold = side.threshold;
  alarm.comparison_operator = side.comparison;
  alarm.evaluation_periods = side.periods;
  alarm.datapoints_to_alarm = side.periods;
  if (row && alarm == *row) return name;
  alarm.alarm_name = name;
  alarm.alarm_arn = alarm_arn_of(policy.policy_arn, name);
  alarm.description = cat("DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ", policy.policy_arn, '.');
  alarm.owner = policy.policy_arn;
  if (!row) alarm.created_at = tx.now();
  // Another metric or target is another question: what the alarm said of the last one says nothing of it.
  alarm.alarm_state = "INSUFFICIENT_DATA";
  alarm.state_reason = "Unchecked: Initial alarm creation";
  alarm.state_changed_at = tx.now();
  alarm.state = {.status = ecs::ManagedResourceStatus::active, .updated_at = tx.now()};
  tx.put(std::move(alarm));
  return name;
}

void remove_alarm(Tx& tx, const std::string& name) {
  auto alarm = tx.find<MetricAlarmRow>(name);
  if (!alarm) return;
  tx.erase<ResourceTagsRow>(alarm->alarm_arn);
  tx.erase<MetricAlarmRow>(name);
}

}  // namespace

AlarmMetric tracked_metric(const ScalingPolicyRow& policy) {
  AlarmMetric metric;
  metric.namespace_ = ecs_metrics;
  metric.statistic = "Average";
  metric.dimensions = dimensions_of(service_labels(policy.resource_id));
  if (policy.metric == "ECSServiceAverageMemoryUtilization") {
    metric.metric_name = memory_metric;
  } else if (policy.metric == "ALBRequestCountPerTarget") {
    metric.namespace_ = balancer_metrics;
    metric.metric_name = requests_per_target_metric;
    if (policy.resource_label) {
      metric.statistic = "Sum";
      metric.dimensions = {{.name = "TargetGroup", .value = group_of_label(*policy.resource_label)}};
    }
  } else {
    metric.metric_name = cpu_metric;
  }
  return metric;
}

std::string load_series(const ScalingPolicyRow& policy) {
  auto metric = tracked_metric(policy);
  bool of_group = policy.metric == "ALBRequestCountPerTarget" && policy.resource_label;
  std::vector<MetricLabel> labels;
  for (const auto& dimension : metric.dimensions) labels.emplace_back(dimension.name, dimension.value);
  return metric_key(*metric.namespace_, of_group ? request_count_metric : *metric.metric_name, std::move(labels));
}

void ensure_policy_alarms(Tx& tx, const std::string& policy_arn) {
  auto policy = tx.find<ScalingPolicyRow>(policy_arn);
  if (!policy) return;
  auto high = ensure_alarm(tx, *policy, policy->high_alarm_name,
                           {"AlarmHigh", "GreaterThanThreshold", policy->target_value, high_periods});
  auto low = ensure_alarm(tx, *policy, policy->low_alarm_name,
                          {"AlarmLow", "LessThanThreshold", policy->target_value * low_share, low_periods});
  tx.update<ScalingPolicyRow>(policy_arn, [&](ScalingPolicyRow& row) {
    row.high_alarm_name = high;
    row.low_alarm_name = low;
  });
}

void remove_policy(Tx& tx, const std::string& policy_arn) {
  auto policy = tx.find<ScalingPolicyRow>(policy_arn);
  if (!policy) return;
  if (policy->high_alarm_name) remove_alarm(tx, *policy->high_alarm_name);
  if (policy->low_alarm_name) remove_alarm(tx, *policy->low_alarm_name);
  tx.erase<ScalingPolicyRow>(policy_arn);
}

void remove_scalable_target(Tx& tx, const std::string& resource_id) {
  for (const auto& policy : tx.list(ScalingPolicyRowIndex::by_resource, resource_id)) remove_policy(tx, policy->policy_arn);
  for (const auto& activity : tx.list(ScalingActivityRowIndex::by_resource, resource_id)) {
    tx.erase<ScalingActivityRow>(RowTraits<ScalingActivityRow>::key(*activity));
  }
  auto target = tx.find<ScalableTargetRow>(resource_id);
  if (!target) return;
  tx.erase<ResourceTagsRow>(target->scalable_target_arn);
  tx.erase<ScalableTargetRow>(resource_id);
}

std::shared_ptr<const ServiceRow> scaled_service(const Reader& rows, const std::string& resource_id) {
  auto installation = rows.find<InstallationRow>("local");
  if (!installation) return nullptr;
  return rows.find<ServiceRow>(cat("arn:aws:ecs:", installation->region, ':', installation->account_id, ':', resource_id));
}

std::string resource_id_of(const std::string& service_arn) { return service_arn.substr(service_arn.find("service/")); }

std::string resource_id_of_policy(const std::string& policy_arn) {
  constexpr std::string_view before = ":resource/ecs/";
  auto from = policy_arn.find(before);
  auto to = policy_arn.find(":policyName/");
  if (from == std::string::npos || to == std::string::npos) return {};
  from += before.size();
  return policy_arn.substr(from, to - from);
}

void set_desired_count(Tx& tx, const std::string& service_arn, int count) {
  auto service = tx.update<ServiceRow>(service_arn, [&](ServiceRow& row) {
    row.desired_count = count;
    row.updated_at = tx.now();
  });
  if (!service) return;
  tx.update<ServiceRevisionRow>(service->primary_revision_arn, [&](ServiceRevisionRow& row) { row.desired_count = count; });
}

}  // namespace roadstead
