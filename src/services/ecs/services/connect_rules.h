// Rules for the Service Connect configuration of a service, and how it is shown. State thread.
// Source: reference/ecs-core.md §1.9, §9.2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/ecs/shapes/service_connect_configuration.gen.h"
#include "api/ecs/shapes/service_connect_service_resource.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The configuration as a revision keeps it: with the ARN of its namespace, that of the cluster when it names none. One that is
/// not enabled stays as it was given.
/// Errors: InvalidParameterException (no namespace), NamespaceNotFoundException.
Result<ServiceConnectConfiguration> resolve_connect(
    const Reader& rows, const ClusterRow& cluster, const ServiceConnectConfiguration& given
);

/// Whether tasks of the definition can serve what a revision's configuration says, and its names are free in the namespace.
/// Errors: InvalidParameterException; UnsupportedFeatureException for what would have no effect.
Status check_connect(
    const Reader& rows, const ServiceRevisionRow& revision, const TaskDefinition& definition,
    const std::optional<DeploymentConfiguration>& deployment
);

/// The services of Cloud Map that a revision's endpoints have: what deployments[] shows.
std::vector<ServiceConnectServiceResource> connect_resources(const Reader& rows, const ServiceRevisionRow& revision);

/// The ARN of the namespace that a cluster's default names; an HTTP namespace of that name is made where none is.
/// Errors: NamespaceNotFoundException for the ARN of none; InvalidParameterException for what is no name.
Result<std::string> default_namespace(Tx& tx, const Caller& who, const std::string& name_or_arn);

}  // namespace roadstead::ecs
