// ECS Express Mode: one call from an image to an HTTPS URL. Source: reference/express-mode.md §1.
#pragma once

#include "api/ecs/create_express_gateway_service.gen.h"
#include "api/ecs/delete_express_gateway_service.gen.h"
#include "api/ecs/describe_express_gateway_service.gen.h"
#include "api/ecs/describe_service_revisions.gen.h"
#include "api/ecs/update_express_gateway_service.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateExpressGatewayServiceResponse> create_express_gateway_service(
    Tx& tx, const Caller& who, const CreateExpressGatewayServiceRequest& in
);
Result<UpdateExpressGatewayServiceResponse> update_express_gateway_service(
    Tx& tx, const Caller& who, const UpdateExpressGatewayServiceRequest& in
);
Result<DescribeExpressGatewayServiceResponse> describe_express_gateway_service(
    Tx& tx, const Caller& who, const DescribeExpressGatewayServiceRequest& in
);
Result<DeleteExpressGatewayServiceResponse> delete_express_gateway_service(
    Tx& tx, const Caller& who, const DeleteExpressGatewayServiceRequest& in
);

/// The service as Describe shows it: complete from the moment Create returns, the newest configuration first (§1.4).
ECSExpressGatewayService describe_express(const Reader& rows, const ServiceRow& service, bool with_tags);

/// One revision as an entry of activeConfigurations[].
ExpressGatewayServiceConfiguration describe_configuration(
    const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision
);

/// Everything that ECS manages for a revision, with true states, complete from the first poll (§2.11).
ECSManagedResources describe_managed_resources(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision);

/// The Express service with this ARN or (in the cluster "default") name.
/// Errors: `missing` as code when there is none; InvalidParameterException for an ordinary service.
Result<std::shared_ptr<const ServiceRow>> find_express(
    const Reader& rows, const Caller& who, const std::string& reference, const char* missing
);

}  // namespace roadstead::ecs
