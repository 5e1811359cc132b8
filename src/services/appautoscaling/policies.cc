#include "services/appautoscaling/policies.h"

#include "base/text/text.h"
#include "decide/scaling/scaling_rows.h"
#include "rows/rows.gen.h"
#include "services/appautoscaling/scaling_rules.h"
#include "store/tx/tx.h"

namespace roadstead::appautoscaling {

namespace {

constexpr int default_cooldown = 300;

std::shared_ptr<const ScalingPolicyRow> find_policy(const Reader& rows, const std::string& resource_id, const std::string& name) {
  std::shared_ptr<const ScalingPolicyRow> found;
  rows.for_each(ScalingPolicyRowIndex::by_resource, resource_id, [&](const std::shared_ptr<const ScalingPolicyRow>& row) {
    if (row->policy_name == name) found = row;
    return found == nullptr;
  });
  return found;
}

/// "app/<name>/<id>/targetgroup/<name>/<id>"
bool is_resource_label(const std::string& label) {
  auto parts = split(label, '/');
  return parts.size() == 6 && parts[0] == "app" && parts[3] == "targetgroup";
}

Status check_metric(const PredefinedMetricSpecification& metric) {
  switch (metric.predefined_metric_type) {
    case MetricType::ecs_service_average_cpu_utilization:
    case MetricType::ecs_service_average_memory_utilization:
      if (metric.resource_label) return validation_error("The resource label is only valid for the predefined metric type ALBRequestCountPerTarget");
      return Done{};
    case MetricType::alb_request_count_per_target:
      if (!metric.resource_label || !is_resource_label(*metric.resource_label)) {
        return validation_error("ALBRequestCountPerTarget needs a ResourceLabel of the form app/<name>/<id>/targetgroup/<name>/<id>.");
      }
      return Done{};
    default:
      return validation_error(cat("The predefined metric type ", to_string(metric.predefined_metric_type), " is not one of ECS services."));
  }
}

/// The configuration of a policy that can be carried out. Errors: ValidationException that says what can.
Result<TargetTrackingScalingPolicyConfiguration> checked_configuration(const PutScalingPolicyRequest& in) {
  if (in.policy_type != PolicyType::target_tracking_scaling) {
    return validation_error("Roadstead scales by target tracking: PolicyType must be TargetTrackingScaling.");
  }
  if (!in.target_tracking_scaling_policy_configuration) {
    return validation_error("TargetTrackingScalingPolicyConfiguration is required for the policy type TargetTrackingScaling");
  }
  const auto& configuration = *in.target_tracking_scaling_policy_configuration;
  if (configuration.customized_metric_specification || !configuration.predefined_metric_specification) {
    return validation_error(
        "A PredefinedMetricSpecification is needed: ECSServiceAverageCPUUtilization, ECSServiceAverageMemoryUtilization or "
        "ALBRequestCountPerTarget. Customized metrics are not measured here."
    );
  }
  TRY(check_metric(*configuration.predefined_metric_specification));
  if (!(configuration.target_value > 0)) return validation_error("TargetValue must be greater than 0");
  if (configuration.scale_in_cooldown.value_or(0) < 0 || configuration.scale_out_cooldown.value_or(0) < 0) {
    return validation_error("Cooldowns must not be negative");
  }
  return configuration;
}

std::vector<Alarm> alarms_of(const Reader& rows, const ScalingPolicyRow& policy) {
  std::vector<Alarm> out;
  for (const auto& name : {policy.high_alarm_name, policy.low_alarm_name}) {
    auto alarm = rows.find<MetricAlarmRow>(name.value_or(""));
    if (alarm) out.push_back({.alarm_name = alarm->alarm_name, .alarm_arn = alarm->alarm_arn});
  }
  return out;
}

ScalingPolicy describe(const Reader& rows, const ScalingPolicyRow& row) {
  TargetTrackingScalingPolicyConfiguration configuration;
  configuration.target_value = row.target_value;
  configuration.predefined_metric_specification = PredefinedMetricSpecification{
      .predefined_metric_type = parse_enum<MetricType>(row.metric).value_or(MetricType::ecs_service_average_cpu_utilization),
      .resource_label = row.resource_label
  };
  configuration.scale_out_cooldown = row.scale_out_cooldown_seconds;
  configuration.scale_in_cooldown = row.scale_in_cooldown_seconds;
  configuration.disable_scale_in = row.scale_in_disabled;
  ScalingPolicy out;
  out.policy_arn = row.policy_arn;
  out.policy_name = row.policy_name;
  out.service_namespace = ServiceNamespace::ecs;
  out.resource_id = row.resource_id;
  out.scalable_dimension = ScalableDimension::ecs_service_desired_count;
  out.policy_type = PolicyType::target_tracking_scaling;
  out.target_tracking_scaling_policy_configuration = std::move(configuration);
  out.alarms = alarms_of(rows, row);
  out.creation_time = row.created_at;
  return out;
}

}  // namespace

Result<PutScalingPolicyResponse> put_scaling_policy(Tx& tx, const Caller& who, const PutScalingPolicyRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  if (!tx.contains<ScalableTargetRow>(in.resource_id)) {
    return Error{"ObjectNotFoundException", cat("No scalable target registered for service namespace: ecs", triple_text(in.resource_id))};
  }
  auto configuration = TRY(checked_configuration(in));
  auto known = find_policy(tx, in.resource_id, in.policy_name);
  ScalingPolicyRow row = known ? *known : ScalingPolicyRow{.policy_name = in.policy_name, .resource_id = in.resource_id, .created_at = tx.now()};
  if (!known) {
    row.policy_arn = cat("arn:aws:autoscaling:", who.region, ':', who.account_id, ":scalingPolicy:", new_uuid(tx.ids()), ":resource/ecs/",
                         in.resource_id, ":policyName/", in.policy_name);
  }
  const auto& metric = *configuration.predefined_metric_specification;
  row.metric = to_string(metric.predefined_metric_type);
  row.resource_label = metric.resource_label;
  row.target_value = configuration.target_value;
  row.scale_out_cooldown_seconds = configuration.scale_out_cooldown.value_or(default_cooldown);
  row.scale_in_cooldown_seconds = configuration.scale_in_cooldown.value_or(default_cooldown);
  row.scale_in_disabled = configuration.disable_scale_in.value_or(false);
  row.state = {.status = ecs::ManagedResourceStatus::active, .updated_at = tx.now()};
  auto arn = tx.put(std::move(row))->policy_arn;
  ensure_policy_alarms(tx, arn);
  return PutScalingPolicyResponse{.policy_arn = arn, .alarms = alarms_of(tx, *tx.find<ScalingPolicyRow>(arn))};
}

Result<DescribeScalingPoliciesResponse> describe_scaling_policies(Tx& tx, const Caller&, const DescribeScalingPoliciesRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  std::vector<std::shared_ptr<const ScalingPolicyRow>> found;
  tx.for_each<ScalingPolicyRow>([&](const std::shared_ptr<const ScalingPolicyRow>& row) {
    if (in.resource_id && row->resource_id != *in.resource_id) return;
    const auto& names = in.policy_names;
    bool named = !names || names->empty() || std::ranges::find(*names, row->policy_name) != names->end() ||
                 std::ranges::find(*names, row->policy_arn) != names->end();
    if (named) found.push_back(row);
  });
  DescribeScalingPoliciesResponse out;
  auto page = TRY(page_of(std::move(found), [](const auto& row) { return row->policy_arn; }, in.next_token, in.max_results, out.next_token));
  out.scaling_policies.emplace();
  for (const auto& row : page) out.scaling_policies->push_back(describe(tx, *row));
  return out;
}

Result<DeleteScalingPolicyResponse> delete_scaling_policy(Tx& tx, const Caller&, const DeleteScalingPolicyRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  auto policy = find_policy(tx, in.resource_id, in.policy_name);
  if (!policy) {
    return Error{"ObjectNotFoundException",
                 cat("No scaling policy found for service namespace: ecs", triple_text(in.resource_id), ", policy name: ", in.policy_name)};
  }
  remove_policy(tx, policy->policy_arn);
  return DeleteScalingPolicyResponse{};
}

}  // namespace roadstead::appautoscaling
