#include "services/appautoscaling/targets.h"

#include "base/text/text.h"
#include "decide/scaling/scaling_rows.h"
#include "rows/rows.gen.h"
#include "services/appautoscaling/scaling_rules.h"
#include "store/tx/tx.h"

namespace roadstead::appautoscaling {

namespace {

constexpr const char* default_role =
    ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService";

void suspend(ScalableTargetRow& row, const SuspendedState& state) {
  row.scale_in_suspended = state.dynamic_scaling_in_suspended.value_or(row.scale_in_suspended);
  row.scale_out_suspended = state.dynamic_scaling_out_suspended.value_or(row.scale_out_suspended);
  row.scheduled_suspended = state.scheduled_scaling_suspended.value_or(row.scheduled_suspended);
}

ScalableTarget describe(const ScalableTargetRow& row, const Caller& who) {
  ScalableTarget out;
  out.service_namespace = ServiceNamespace::ecs;
  out.resource_id = row.resource_id;
  out.scalable_dimension = ScalableDimension::ecs_service_desired_count;
  out.min_capacity = row.min_capacity;
  out.max_capacity = row.max_capacity;
  out.role_arn = row.role_arn.value_or(cat("arn:aws:iam::", who.account_id, default_role));
  out.creation_time = row.created_at;
  out.suspended_state = SuspendedState{.dynamic_scaling_in_suspended = row.scale_in_suspended,
                                       .dynamic_scaling_out_suspended = row.scale_out_suspended,
                                       .scheduled_scaling_suspended = row.scheduled_suspended};
  out.scalable_target_arn = row.scalable_target_arn;
  return out;
}

ScalingActivity describe_activity(const ScalingActivityRow& row) {
  ScalingActivity out;
  out.activity_id = row.activity_id;
  out.service_namespace = ServiceNamespace::ecs;
  out.resource_id = row.resource_id;
  out.scalable_dimension = ScalableDimension::ecs_service_desired_count;
  out.description = row.description;
  out.cause = row.cause;
  out.start_time = row.started_at;
  out.end_time = row.ended_at;
  out.status_code = parse_enum<ScalingActivityStatusCode>(row.status);
  out.status_message = row.status_message;
  return out;
}

/// Errors: ValidationException when the bounds are missing or contradict each other.
Status set_bounds(ScalableTargetRow& row, const RegisterScalableTargetRequest& in, bool is_new) {
  if (is_new && (!in.min_capacity || !in.max_capacity)) {
    return validation_error("Both MinCapacity and MaxCapacity are needed to register a new scalable target.");
  }
  row.min_capacity = in.min_capacity.value_or(row.min_capacity);
  row.max_capacity = in.max_capacity.value_or(row.max_capacity);
  if (row.min_capacity < 0) return validation_error("Minimum capacity cannot be less than 0");
  if (row.max_capacity < row.min_capacity) return validation_error("Maximum capacity cannot be less than minimum capacity");
  return Done{};
}

}  // namespace

Result<RegisterScalableTargetResponse> register_scalable_target(Tx& tx, const Caller& who, const RegisterScalableTargetRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  auto service = scaled_service(tx, in.resource_id);
  if (!service || service->status != "ACTIVE") return validation_error(cat("ECS service doesn't exist: ", in.resource_id));
  if (service->scheduling_strategy == "DAEMON") {
    return validation_error(cat("A service with the DAEMON scheduling strategy cannot be scaled: ", in.resource_id));
  }
  auto known = tx.find<ScalableTargetRow>(in.resource_id);
  ScalableTargetRow row = known ? *known : ScalableTargetRow{.resource_id = in.resource_id, .created_at = tx.now()};
  TRY(set_bounds(row, in, known == nullptr));
  if (!known) {
    row.scalable_target_arn = cat("arn:aws:application-autoscaling:", who.region, ':', who.account_id, ":scalable-target/", new_hex(tx.ids(), 32));
  }
  if (in.role_arn) row.role_arn = in.role_arn;
  if (in.suspended_state) suspend(row, *in.suspended_state);
  row.state = {.status = ecs::ManagedResourceStatus::active, .updated_at = tx.now()};
  auto stored = tx.put(std::move(row));
  if (!known && in.tags && !in.tags->empty()) {
    ResourceTagsRow tags{.resource_arn = stored->scalable_target_arn};
    for (const auto& [key, value] : *in.tags) tags.tags.push_back({.key = key, .value = value});
    tx.put(std::move(tags));
  }
  int inside = std::clamp(service->desired_count, stored->min_capacity, stored->max_capacity);
  if (inside != service->desired_count) set_desired_count(tx, service->service_arn, inside);
  return RegisterScalableTargetResponse{.scalable_target_arn = stored->scalable_target_arn};
}

Result<DescribeScalableTargetsResponse> describe_scalable_targets(Tx& tx, const Caller& who, const DescribeScalableTargetsRequest& in) {
  TRY(check_triple(in.service_namespace, std::nullopt, in.scalable_dimension));
  std::vector<std::shared_ptr<const ScalableTargetRow>> found;
  tx.for_each<ScalableTargetRow>([&](const std::shared_ptr<const ScalableTargetRow>& row) {
    bool wanted = !in.resource_ids || in.resource_ids->empty() || std::ranges::find(*in.resource_ids, row->resource_id) != in.resource_ids->end();
    if (wanted) found.push_back(row);
  });
  DescribeScalableTargetsResponse out;
  auto page = TRY(page_of(std::move(found), [](const auto& row) { return row->resource_id; }, in.next_token, in.max_results, out.next_token));
  out.scalable_targets.emplace();
  for (const auto& row : page) out.scalable_targets->push_back(describe(*row, who));
  return out;
}

Result<DeregisterScalableTargetResponse> deregister_scalable_target(Tx& tx, const Caller&, const DeregisterScalableTargetRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  if (!tx.contains<ScalableTargetRow>(in.resource_id)) {
    return Error{"ObjectNotFoundException", cat("No scalable target found for service namespace: ecs", triple_text(in.resource_id))};
  }
  remove_scalable_target(tx, in.resource_id);
  return DeregisterScalableTargetResponse{};
}

Result<DescribeScalingActivitiesResponse> describe_scaling_activities(Tx& tx, const Caller&, const DescribeScalingActivitiesRequest& in) {
  TRY(check_triple(in.service_namespace, in.resource_id, in.scalable_dimension));
  std::vector<std::shared_ptr<const ScalingActivityRow>> found;
  if (in.resource_id) {
    found = tx.list(ScalingActivityRowIndex::by_resource, *in.resource_id);
  } else {
    found = tx.all<ScalingActivityRow>();
  }
  std::ranges::sort(found, std::greater(), [](const auto& row) { return std::tuple(row->started_at, row->resource_id, row->sequence); });
  DescribeScalingActivitiesResponse out;
  auto page = TRY(page_of(std::move(found), [](const auto& row) { return row->activity_id; }, in.next_token, in.max_results, out.next_token));
  out.scaling_activities.emplace();
  for (const auto& row : page) out.scaling_activities->push_back(describe_activity(*row));
  return out;
}

}  // namespace roadstead::appautoscaling
