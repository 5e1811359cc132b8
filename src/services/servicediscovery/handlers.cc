#include "services/servicediscovery/handlers.h"

#include "services/servicediscovery/operations.h"

namespace roadstead::servicediscovery {

const Handlers handlers{
    .create_http_namespace = create_http_namespace,
    .create_private_dns_namespace = create_private_dns_namespace,
    .create_public_dns_namespace = create_public_dns_namespace,
    .create_service = create_service,
    .delete_namespace = delete_namespace,
    .delete_service = delete_service,
    .delete_service_attributes = delete_service_attributes,
    .deregister_instance = deregister_instance,
    .discover_instances = discover_instances,
    .discover_instances_revision = discover_instances_revision,
    .get_instance = get_instance,
    .get_instances_health_status = get_instances_health_status,
    .get_namespace = get_namespace,
    .get_operation = get_operation,
    .get_service = get_service,
    .get_service_attributes = get_service_attributes,
    .list_instances = list_instances,
    .list_namespaces = list_namespaces,
    .list_operations = list_operations,
    .list_services = list_services,
    .list_tags_for_resource = list_tags_for_resource,
    .register_instance = register_instance,
    .tag_resource = tag_resource,
    .untag_resource = untag_resource,
    .update_http_namespace = update_http_namespace,
    .update_instance_custom_health_status = update_instance_custom_health_status,
    .update_private_dns_namespace = update_private_dns_namespace,
    .update_public_dns_namespace = update_public_dns_namespace,
    .update_service = update_service,
    .update_service_attributes = update_service_attributes,
};

}  // namespace roadstead::servicediscovery
