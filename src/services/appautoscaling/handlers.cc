#include "services/appautoscaling/handlers.h"

#include "services/appautoscaling/policies.h"
#include "services/appautoscaling/tags.h"
#include "services/appautoscaling/targets.h"

namespace roadstead::appautoscaling {

const Handlers handlers{
    .delete_scaling_policy = delete_scaling_policy,
    .deregister_scalable_target = deregister_scalable_target,
    .describe_scalable_targets = describe_scalable_targets,
    .describe_scaling_activities = describe_scaling_activities,
    .describe_scaling_policies = describe_scaling_policies,
    .list_tags_for_resource = list_tags_for_resource,
    .put_scaling_policy = put_scaling_policy,
    .register_scalable_target = register_scalable_target,
    .tag_resource = tag_resource,
    .untag_resource = untag_resource,
};

}  // namespace roadstead::appautoscaling
