#include "decide/scaling/scaling_reconcile.h"

#include <algorithm>

#include "base/id/id.h"
#include "base/text/text.h"
#include "decide/scaling/scaling_rows.h"
#include "decide/services/service_events.h"

namespace roadstead {

namespace {

/// DescribeScalingActivities shows no more than these.
constexpr std::int64_t activities_kept = 100;

std::string state_of(const Reader& rows, const std::optional<std::string>& alarm_name) {
  auto alarm = rows.find<MetricAlarmRow>(alarm_name.value_or(""));
  return alarm ? alarm->alarm_state : "INSUFFICIENT_DATA";
}

PolicyView policy_view_of(const Reader& rows, const MetricStore& measured, std::shared_ptr<const ScalingPolicyRow> policy) {
  PolicyView view{.policy = std::move(policy)};
  view.high_state = state_of(rows, view.policy->high_alarm_name);
  view.low_state = state_of(rows, view.policy->low_alarm_name);
  auto series = load_series(*view.policy);
  if (auto point = measured.newest(series)) view.load = point->sum;
  auto low = rows.find<MetricAlarmRow>(view.policy->low_alarm_name.value_or(""));
  for (const auto& point : measured.points(series, low ? low->evaluation_periods : 0, measured.measured_until())) {
    if (point) view.highest_load = std::max(view.highest_load.value_or(0), point->sum);
  }
  return view;
}

void settle_activities(Tx& tx, const ServiceRow& service, const std::string& resource_id) {
  for (const auto& activity : tx.list(ScalingActivityRowIndex::by_resource, resource_id)) {
    if (activity->status != "InProgress") continue;
    bool overridden = activity->desired_count != service.desired_count;
    if (!overridden && !service.steady) continue;
    tx.update<ScalingActivityRow>(RowTraits<ScalingActivityRow>::key(*activity), [&](ScalingActivityRow& row) {
      row.status = overridden ? "Overridden" : "Successful";
      row.ended_at = tx.now();
      row.status_message = cat("Successfully set desired count to ", row.desired_count, ". ",
                               overridden ? "Overridden by another change of the desired count."
                                          : "Change successfully fulfilled by ecs.");
    });
  }
}

void forget_old_activities(Tx& tx, const std::string& resource_id, std::int64_t newest) {
  for (const auto& activity : tx.list(ScalingActivityRowIndex::by_resource, resource_id)) {
    if (activity->sequence > newest - activities_kept) return;
    tx.erase<ScalingActivityRow>(RowTraits<ScalingActivityRow>::key(*activity));
  }
}

void scale(Tx& tx, const ServiceRow& service, const std::string& resource_id, const ScaleAction& action) {
  auto cause = cat("monitor alarm ", action.alarm_name, " in state ALARM triggered policy ", action.policy_name);
  auto message = cat("Successfully set desired count to ", action.desired_count, ". Waiting for change to be fulfilled by ecs.");
  auto target = tx.find<ScalableTargetRow>(resource_id);
  tx.put(ScalingActivityRow{
      .resource_id = resource_id,
      .sequence = target->next_activity,
      .activity_id = new_uuid(tx.ids()),
      .description = cat("Setting desired count to ", action.desired_count, '.'),
      .cause = cause,
      .started_at = tx.now(),
      .status = "InProgress",
      .status_message = message,
      .desired_count = action.desired_count,
  });
  forget_old_activities(tx, resource_id, target->next_activity);
  tx.update<ScalableTargetRow>(resource_id, [&](ScalableTargetRow& row) {
    ++row.next_activity;
    (action.out ? row.scaled_out_at : row.scaled_in_at) = tx.now();
  });
  set_desired_count(tx, service.service_arn, action.desired_count);
  tx.update<ServiceRow>(service.service_arn, [](ServiceRow& row) { row.steady = false; });
  say(tx, service.service_arn, cat("Message: ", message, " Cause: ", cause, '.'));
}

/// While an alarm rings that the bounds leave room for, each newly measured period may ask for another count.
std::optional<Instant> next_look(const ScalingView& view, const MetricStore& measured, Instant now) {
  bool may_grow = view.desired_count < view.target->max_capacity;
  bool may_shrink = view.desired_count > view.target->min_capacity;
  bool rings = std::ranges::any_of(view.policies, [&](const PolicyView& policy) {
    return (may_grow && policy.high_state == "ALARM") || (may_shrink && policy.low_state == "ALARM");
  });
  if (!rings) return std::nullopt;
  auto slack = measured.period() / 10;
  return std::max(measured.measured_until() + measured.period() + slack, now + slack);
}

}  // namespace

std::optional<ScalingView> scaling_view_of(const Reader& rows, const MetricStore& measured, const std::string& resource_id) {
  ScalingView view{.target = rows.find<ScalableTargetRow>(resource_id)};
  auto service = scaled_service(rows, resource_id);
  if (!view.target || !service || service->status != "ACTIVE") return std::nullopt;
  view.desired_count = service->desired_count;
  view.is_deploying = service->current_deployment_arn.has_value();
  for (auto& policy : rows.list(ScalingPolicyRowIndex::by_resource, resource_id)) {
    view.policies.push_back(policy_view_of(rows, measured, std::move(policy)));
  }
  return view;
}

Result<std::optional<Instant>> reconcile_scaling(Tx& tx, const MetricStore& measured, const std::string& resource_id) {
  auto service = scaled_service(tx, resource_id);
  if (!service || service->status == "INACTIVE") {
    remove_scalable_target(tx, resource_id);
    return std::optional<Instant>();
  }
  for (const auto& policy : tx.list(ScalingPolicyRowIndex::by_resource, resource_id)) ensure_policy_alarms(tx, policy->policy_arn);
  settle_activities(tx, *service, resource_id);
  auto view = scaling_view_of(tx, measured, resource_id);
  if (!view) return std::optional<Instant>();
  auto plan = plan_scaling(*view, tx.now());
  if (plan.action) scale(tx, *service, resource_id, *plan.action);
  auto wake = next_look(*view, measured, tx.now());
  if (plan.wake && (!wake || *plan.wake < *wake)) wake = plan.wake;
  return wake;
}

}  // namespace roadstead
