// The operations of Cloud Map. State thread, in a transaction. Namespaces and services are named by id or ARN. What AWS does
// in the background is done at once here; the operation that tells of it is kept a day.
// Source: reference/neighbour-apis.md §7.14.
#pragma once

#include "api/servicediscovery/create_http_namespace.gen.h"
#include "api/servicediscovery/create_private_dns_namespace.gen.h"
#include "api/servicediscovery/create_public_dns_namespace.gen.h"
#include "api/servicediscovery/create_service.gen.h"
#include "api/servicediscovery/delete_namespace.gen.h"
#include "api/servicediscovery/delete_service.gen.h"
#include "api/servicediscovery/delete_service_attributes.gen.h"
#include "api/servicediscovery/deregister_instance.gen.h"
#include "api/servicediscovery/discover_instances.gen.h"
#include "api/servicediscovery/discover_instances_revision.gen.h"
#include "api/servicediscovery/get_instance.gen.h"
#include "api/servicediscovery/get_instances_health_status.gen.h"
#include "api/servicediscovery/get_namespace.gen.h"
#include "api/servicediscovery/get_operation.gen.h"
#include "api/servicediscovery/get_service.gen.h"
#include "api/servicediscovery/get_service_attributes.gen.h"
#include "api/servicediscovery/list_instances.gen.h"
#include "api/servicediscovery/list_namespaces.gen.h"
#include "api/servicediscovery/list_operations.gen.h"
#include "api/servicediscovery/list_services.gen.h"
#include "api/servicediscovery/list_tags_for_resource.gen.h"
#include "api/servicediscovery/register_instance.gen.h"
#include "api/servicediscovery/tag_resource.gen.h"
#include "api/servicediscovery/untag_resource.gen.h"
#include "api/servicediscovery/update_http_namespace.gen.h"
#include "api/servicediscovery/update_instance_custom_health_status.gen.h"
#include "api/servicediscovery/update_private_dns_namespace.gen.h"
#include "api/servicediscovery/update_public_dns_namespace.gen.h"
#include "api/servicediscovery/update_service.gen.h"
#include "api/servicediscovery/update_service_attributes.gen.h"

namespace roadstead::servicediscovery {

/// Each of these makes a namespace and answers with an operation, which is done at once. Errors: NamespaceAlreadyExists,
/// InvalidInput (a name that DNS cannot carry), TooManyTagsException.
Result<CreateHttpNamespaceResponse> create_http_namespace(Tx& tx, const Caller& who, const CreateHttpNamespaceRequest& in);
Result<CreatePrivateDnsNamespaceResponse> create_private_dns_namespace(
    Tx& tx, const Caller& who, const CreatePrivateDnsNamespaceRequest& in
);
Result<CreatePublicDnsNamespaceResponse> create_public_dns_namespace(
    Tx& tx, const Caller& who, const CreatePublicDnsNamespaceRequest& in
);

/// Errors: NamespaceNotFound; InvalidInput when the namespace is of another type.
Result<UpdateHttpNamespaceResponse> update_http_namespace(Tx& tx, const Caller& who, const UpdateHttpNamespaceRequest& in);
Result<UpdatePrivateDnsNamespaceResponse> update_private_dns_namespace(
    Tx& tx, const Caller& who, const UpdatePrivateDnsNamespaceRequest& in
);
Result<UpdatePublicDnsNamespaceResponse> update_public_dns_namespace(
    Tx& tx, const Caller& who, const UpdatePublicDnsNamespaceRequest& in
);

/// Errors: NamespaceNotFound, ResourceInUse while it has services.
Result<DeleteNamespaceResponse> delete_namespace(Tx& tx, const Caller& who, const DeleteNamespaceRequest& in);

/// Errors: NamespaceNotFound; ListNamespaces: InvalidInput (filters, token).
Result<GetNamespaceResponse> get_namespace(Tx& tx, const Caller& who, const GetNamespaceRequest& in);
Result<ListNamespacesResponse> list_namespaces(Tx& tx, const Caller& who, const ListNamespacesRequest& in);

/// Errors: NamespaceNotFound, ServiceAlreadyExists, InvalidInput (records that do not go together, a name that DNS cannot
/// carry, health checks by Route 53, which do not exist here), TooManyTagsException.
Result<CreateServiceResponse> create_service(Tx& tx, const Caller& who, const CreateServiceRequest& in);

/// Changes description and records' TTLs; records that are left out are removed. Errors: ServiceNotFound, InvalidInput.
Result<UpdateServiceResponse> update_service(Tx& tx, const Caller& who, const UpdateServiceRequest& in);

/// Errors: ServiceNotFound, ResourceInUse while it has instances.
Result<DeleteServiceResponse> delete_service(Tx& tx, const Caller& who, const DeleteServiceRequest& in);

/// Errors: ServiceNotFound; ListServices: InvalidInput (filters, token).
Result<GetServiceResponse> get_service(Tx& tx, const Caller& who, const GetServiceRequest& in);
Result<ListServicesResponse> list_services(Tx& tx, const Caller& who, const ListServicesRequest& in);

/// Errors: ServiceNotFound, ServiceAttributesLimitExceededException beyond 30.
Result<GetServiceAttributesResponse> get_service_attributes(
    Tx& tx, const Caller& who, const GetServiceAttributesRequest& in
);
Result<UpdateServiceAttributesResponse> update_service_attributes(
    Tx& tx, const Caller& who, const UpdateServiceAttributesRequest& in
);
Result<DeleteServiceAttributesResponse> delete_service_attributes(
    Tx& tx, const Caller& who, const DeleteServiceAttributesRequest& in
);

/// Makes or replaces an instance. Errors: ServiceNotFound, InvalidInput (attributes that records need), ResourceInUse for an
/// instance that stands for a task of ECS.
Result<RegisterInstanceResponse> register_instance(Tx& tx, const Caller& who, const RegisterInstanceRequest& in);

/// Errors: ServiceNotFound, InstanceNotFound, ResourceInUse for an instance that stands for a task of ECS.
Result<DeregisterInstanceResponse> deregister_instance(Tx& tx, const Caller& who, const DeregisterInstanceRequest& in);

/// Errors: ServiceNotFound, InstanceNotFound; the lists: InvalidInput (token).
Result<GetInstanceResponse> get_instance(Tx& tx, const Caller& who, const GetInstanceRequest& in);
Result<ListInstancesResponse> list_instances(Tx& tx, const Caller& who, const ListInstancesRequest& in);
Result<GetInstancesHealthStatusResponse> get_instances_health_status(
    Tx& tx, const Caller& who, const GetInstancesHealthStatusRequest& in
);

/// Errors: ServiceNotFound, InstanceNotFound, CustomHealthNotFound without a custom health check, InvalidInput for an
/// instance that stands for a task of ECS.
Result<Done> update_instance_custom_health_status(
    Tx& tx, const Caller& who, const UpdateInstanceCustomHealthStatusRequest& in
);

/// Errors: NamespaceNotFound, ServiceNotFound.
Result<DiscoverInstancesResponse> discover_instances(Tx& tx, const Caller& who, const DiscoverInstancesRequest& in);
Result<DiscoverInstancesRevisionResponse> discover_instances_revision(
    Tx& tx, const Caller& who, const DiscoverInstancesRevisionRequest& in
);

/// Errors: OperationNotFound; ListOperations: InvalidInput (filters, token).
Result<GetOperationResponse> get_operation(Tx& tx, const Caller& who, const GetOperationRequest& in);
Result<ListOperationsResponse> list_operations(Tx& tx, const Caller& who, const ListOperationsRequest& in);

/// Each of these: errors ResourceNotFoundException; TagResource: TooManyTagsException.
Result<TagResourceResponse> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);
Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in);

}  // namespace roadstead::servicediscovery
