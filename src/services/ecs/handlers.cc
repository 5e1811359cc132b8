#include "services/ecs/handlers.h"

#include "services/ecs/clusters/clusters.h"
#include "services/ecs/deployments/deployments.h"
#include "services/ecs/exec/exec.h"
#include "services/ecs/express/express.h"
#include "services/ecs/services/services.h"
#include "services/ecs/tags/tags.h"
#include "services/ecs/task_definitions/task_definitions.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

const Handlers handlers{
    .create_cluster = create_cluster,
    .create_express_gateway_service = create_express_gateway_service,
    .create_service = create_service,
    .delete_cluster = delete_cluster,
    .delete_express_gateway_service = delete_express_gateway_service,
    .delete_service = delete_service,
    .delete_task_definitions = delete_task_definitions,
    .deregister_task_definition = deregister_task_definition,
    .describe_clusters = describe_clusters,
    .describe_express_gateway_service = describe_express_gateway_service,
    .describe_service_deployments = describe_service_deployments,
    .describe_service_revisions = describe_service_revisions,
    .describe_services = describe_services,
    .describe_task_definition = describe_task_definition,
    .describe_tasks = describe_tasks,
    .execute_command = execute_command,
    .list_clusters = list_clusters,
    .list_service_deployments = list_service_deployments,
    .list_services = list_services,
    .list_tags_for_resource = list_tags_for_resource,
    .list_task_definition_families = list_task_definition_families,
    .list_task_definitions = list_task_definitions,
    .list_tasks = list_tasks,
    .put_cluster_capacity_providers = put_cluster_capacity_providers,
    .register_task_definition = register_task_definition,
    .run_task = run_task,
    .stop_service_deployment = stop_service_deployment,
    .stop_task = stop_task,
    .tag_resource = tag_resource,
    .untag_resource = untag_resource,
    .update_cluster = update_cluster,
    .update_cluster_settings = update_cluster_settings,
    .update_express_gateway_service = update_express_gateway_service,
    .update_service = update_service,
};

}  // namespace roadstead::ecs
