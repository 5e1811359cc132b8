// The rows around a scaling policy: its two alarms, and the names and series they go by. State thread.
// Used by Express, by Application Auto Scaling's operations and by the controller. Source: reference/ecs-core.md §8.2.
#pragma once

#include <optional>
#include <string>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// The metric that a policy tracks: of the service, or of the target group that its resource label names.
AlarmMetric tracked_metric(const ScalingPolicyRow& policy);

/// The series whose sum over a period is the load of all tasks together, in units of the policy's metric.
std::string load_series(const ScalingPolicyRow& policy);

/// Makes the policy's alarms, or brings them in step with its metric and target. Does nothing when they are right.
void ensure_policy_alarms(Tx& tx, const std::string& policy_arn);

/// Removes a policy with its alarms and their tags.
void remove_policy(Tx& tx, const std::string& policy_arn);

/// Removes a scalable target with its policies, activities and tags.
void remove_scalable_target(Tx& tx, const std::string& resource_id);

/// The service that "service/<cluster>/<name>" names, if it is there.
std::shared_ptr<const ServiceRow> scaled_service(const Reader& rows, const std::string& resource_id);

/// "service/<cluster>/<name>" of a service's ARN.
std::string resource_id_of(const std::string& service_arn);

/// The resource id inside a policy's ARN.
std::string resource_id_of_policy(const std::string& policy_arn);

/// Sets a service's desired count as UpdateService does, without a deployment.
void set_desired_count(Tx& tx, const std::string& service_arn, int count);

}  // namespace roadstead
