// Services: create, update, describe, list, delete; and a service's rows as the API shows them.
// Source: reference/ecs-core.md §1.9, §4.
#pragma once

#include "api/ecs/create_service.gen.h"
#include "api/ecs/delete_service.gen.h"
#include "api/ecs/describe_services.gen.h"
#include "api/ecs/list_services.gen.h"
#include "api/ecs/list_services_by_namespace.gen.h"
#include "api/ecs/update_service.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateServiceResponse> create_service(Tx& tx, const Caller& who, const CreateServiceRequest& in);
Result<UpdateServiceResponse> update_service(Tx& tx, const Caller& who, const UpdateServiceRequest& in);
Result<DescribeServicesResponse> describe_services(Tx& tx, const Caller& who, const DescribeServicesRequest& in);
Result<ListServicesResponse> list_services(Tx& tx, const Caller& who, const ListServicesRequest& in);
Result<ListServicesByNamespaceResponse> list_services_by_namespace(
    Tx& tx, const Caller& who, const ListServicesByNamespaceRequest& in
);
Result<DeleteServiceResponse> delete_service(Tx& tx, const Caller& who, const DeleteServiceRequest& in);

/// The service as DescribeServices shows it.
Service describe_service(const Reader& rows, const ServiceRow& service, bool with_tags);

/// Wants all tasks of a service gone: DRAINING now, INACTIVE once they are.
void drain_service(Tx& tx, const std::string& service_arn);

/// Refuses a name that an ACTIVE or DRAINING service has (§1.3, exact texts); forgets an INACTIVE one.
Status make_room_for(Tx& tx, const std::string& service_arn);

}  // namespace roadstead::ecs
