// What CreateService, UpdateService and CreateTaskSet refuse beyond service_rules.h: what is about the request rather than about
// the deployment, and where the tasks of a revision may run. State thread. Source: reference/ecs-core.md §1.3, §1.9, §4.12.
#pragma once

#include <optional>
#include <string>

#include "api/ecs/create_service.gen.h"
#include "api/ecs/update_service.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// Checks token, role, grace period, launch type and what a service that somebody else deploys cannot have.
/// Errors: InvalidParameterException; UnsupportedFeatureException.
Status check_new_service(const CreateServiceRequest& in);

/// Checks the grace period and refuses another deployment controller. Errors: InvalidParameterException; UnsupportedFeatureException.
Status check_service_change(const UpdateServiceRequest& in, const ServiceRow& service);

/// Refuses another strategy without a new deployment. Errors: InvalidParameterException.
Status check_capacity_change(const UpdateServiceRequest& in, const ServiceRevisionRow& current);

/// Whether tasks can have the platform version and the addresses that were asked for, where the revision runs them.
/// Errors: those of check_platform() and check_public_ip().
Status check_runs(const std::optional<std::string>& platform_version, const std::optional<NetworkConfiguration>& network,
                  const ServiceRevisionRow& revision, const TaskDefinition& definition);

/// Refuses the launch type that only capacity providers have. Errors: InvalidParameterException.
Status check_launch_type(const std::optional<LaunchType>& launch_type);

/// Whether the request made this service: the same token with the same parameters (§1.3).
bool made_service(const Reader& rows, const CreateServiceRequest& in, const ServiceRow& service, Instant now);

/// Notes that the request made a service, so that its repetition is answered with it for a day.
void remember_request(Tx& tx, const CreateServiceRequest& in, const std::string& service_arn);

}  // namespace roadstead::ecs
