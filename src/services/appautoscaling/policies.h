// Scaling policies: what the tasks of a service should have to do, each. State thread, in a transaction.
#pragma once

#include "api/appautoscaling/delete_scaling_policy.gen.h"
#include "api/appautoscaling/describe_scaling_policies.gen.h"
#include "api/appautoscaling/put_scaling_policy.gen.h"

namespace roadstead::appautoscaling {

/// Makes a target-tracking policy with its two alarms, or changes the one of that name.
/// Errors: ObjectNotFoundException without a scalable target; ValidationException for other kinds of policies and metrics.
Result<PutScalingPolicyResponse> put_scaling_policy(Tx& tx, const Caller& who, const PutScalingPolicyRequest& in);
Result<DescribeScalingPoliciesResponse> describe_scaling_policies(Tx& tx, const Caller& who, const DescribeScalingPoliciesRequest& in);

/// Removes a policy and its alarms. Errors: ObjectNotFoundException.
Result<DeleteScalingPolicyResponse> delete_scaling_policy(Tx& tx, const Caller& who, const DeleteScalingPolicyRequest& in);

}  // namespace roadstead::appautoscaling
