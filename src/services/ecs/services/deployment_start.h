// The start of a deployment: a new revision of a service becomes PRIMARY and a service deployment leads to it.
// Used by CreateService, UpdateService and the Express operations. State thread. Source: reference/ecs-core.md §4.1, §4.10.
#pragma once

#include <memory>
#include <string>

#include "aws/model/caller.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// A new revision of a service with its ARN and deployment id; everything else is for the caller to fill in.
ServiceRevisionRow new_revision(Tx& tx, const Caller& who, const std::string& cluster_arn, const std::string& service_name);

/// Which of a service's two target groups a new revision's tasks register with: the one that the revision in production
/// does not use. Nothing for a service with one group or none.
std::optional<std::string> idle_target_group(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision);

/// Stores the revision as PRIMARY, ends a deployment that is under way, and starts one to the revision. With
/// `without_tasks` it completes at once and the tasks of the present revision are taken over by the new one.
/// The service's row must be stored already. Returns the new deployment.
std::shared_ptr<const ServiceDeploymentRow> start_deployment(Tx& tx, ServiceRevisionRow revision, bool without_tasks = false);

}  // namespace roadstead::ecs
