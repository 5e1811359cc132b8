#include "services/ecs/handlers.h"

#include "services/ecs/capacity/capacity_providers.h"
#include "services/ecs/clusters/clusters.h"
#include "services/ecs/daemons/daemon_task_definitions.h"
#include "services/ecs/daemons/daemons.h"
#include "services/ecs/deployments/deployments.h"
#include "services/ecs/exec/exec.h"
#include "services/ecs/express/express.h"
#include "services/ecs/instances/agent_reports.h"
#include "services/ecs/instances/attributes.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/protection/protection.h"
#include "services/ecs/services/services.h"
#include "services/ecs/settings/account_settings.h"
#include "services/ecs/tags/tags.h"
#include "services/ecs/task_definitions/task_definitions.h"
#include "services/ecs/task_sets/task_sets.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

const Handlers handlers{
    .continue_service_deployment = continue_service_deployment,
    .create_capacity_provider = create_capacity_provider,
    .create_cluster = create_cluster,
    .create_daemon = create_daemon,
    .create_express_gateway_service = create_express_gateway_service,
    .create_service = create_service,
    .create_task_set = create_task_set,
    .delete_account_setting = delete_account_setting,
    .delete_attributes = delete_attributes,
    .delete_capacity_provider = delete_capacity_provider,
    .delete_cluster = delete_cluster,
    .delete_daemon = delete_daemon,
    .delete_daemon_task_definition = delete_daemon_task_definition,
    .delete_express_gateway_service = delete_express_gateway_service,
    .delete_service = delete_service,
    .delete_task_definitions = delete_task_definitions,
    .delete_task_set = delete_task_set,
    .deregister_container_instance = deregister_container_instance,
    .deregister_task_definition = deregister_task_definition,
    .describe_capacity_providers = describe_capacity_providers,
    .describe_clusters = describe_clusters,
    .describe_container_instances = describe_container_instances,
    .describe_daemon = describe_daemon,
    .describe_daemon_deployments = describe_daemon_deployments,
    .describe_daemon_revisions = describe_daemon_revisions,
    .describe_daemon_task_definition = describe_daemon_task_definition,
    .describe_express_gateway_service = describe_express_gateway_service,
    .describe_service_deployments = describe_service_deployments,
    .describe_service_revisions = describe_service_revisions,
    .describe_services = describe_services,
    .describe_task_definition = describe_task_definition,
    .describe_task_sets = describe_task_sets,
    .describe_tasks = describe_tasks,
    .discover_poll_endpoint = discover_poll_endpoint,
    .execute_command = execute_command,
    .get_task_protection = get_task_protection,
    .list_account_settings = list_account_settings,
    .list_attributes = list_attributes,
    .list_clusters = list_clusters,
    .list_container_instances = list_container_instances,
    .list_daemon_deployments = list_daemon_deployments,
    .list_daemon_task_definitions = list_daemon_task_definitions,
    .list_daemons = list_daemons,
    .list_service_deployments = list_service_deployments,
    .list_services = list_services,
    .list_services_by_namespace = list_services_by_namespace,
    .list_tags_for_resource = list_tags_for_resource,
    .list_task_definition_families = list_task_definition_families,
    .list_task_definitions = list_task_definitions,
    .list_tasks = list_tasks,
    .put_account_setting = put_account_setting,
    .put_account_setting_default = put_account_setting_default,
    .put_attributes = put_attributes,
    .put_cluster_capacity_providers = put_cluster_capacity_providers,
    .register_container_instance = register_container_instance,
    .register_daemon_task_definition = register_daemon_task_definition,
    .register_task_definition = register_task_definition,
    .run_task = run_task,
    .start_task = start_task,
    .stop_service_deployment = stop_service_deployment,
    .stop_task = stop_task,
    .submit_attachment_state_changes = submit_attachment_state_changes,
    .submit_container_state_change = submit_container_state_change,
    .submit_task_state_change = submit_task_state_change,
    .tag_resource = tag_resource,
    .untag_resource = untag_resource,
    .update_capacity_provider = update_capacity_provider,
    .update_cluster = update_cluster,
    .update_cluster_settings = update_cluster_settings,
    .update_container_agent = update_container_agent,
    .update_container_instances_state = update_container_instances_state,
    .update_daemon = update_daemon,
    .update_express_gateway_service = update_express_gateway_service,
    .update_service = update_service,
    .update_service_primary_task_set = update_service_primary_task_set,
    .update_task_protection = update_task_protection,
    .update_task_set = update_task_set,
};

}  // namespace roadstead::ecs
