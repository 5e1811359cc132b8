// Scalable targets: which services may be scaled, and between which counts. State thread, in a transaction.
#pragma once

#include "api/appautoscaling/deregister_scalable_target.gen.h"
#include "api/appautoscaling/describe_scalable_targets.gen.h"
#include "api/appautoscaling/describe_scaling_activities.gen.h"
#include "api/appautoscaling/register_scalable_target.gen.h"

namespace roadstead::appautoscaling {

/// Makes a target, or changes what the request names of one; a desired count outside the bounds is moved inside.
/// Errors: ValidationException (no such service, bounds that contradict).
Result<RegisterScalableTargetResponse> register_scalable_target(Tx& tx, const Caller& who, const RegisterScalableTargetRequest& in);
Result<DescribeScalableTargetsResponse> describe_scalable_targets(Tx& tx, const Caller& who, const DescribeScalableTargetsRequest& in);

/// Removes a target with its policies and their alarms. Errors: ObjectNotFoundException.
Result<DeregisterScalableTargetResponse> deregister_scalable_target(Tx& tx, const Caller& who, const DeregisterScalableTargetRequest& in);

/// What scaling did, newest first.
Result<DescribeScalingActivitiesResponse> describe_scaling_activities(Tx& tx, const Caller& who, const DescribeScalingActivitiesRequest& in);

}  // namespace roadstead::appautoscaling
