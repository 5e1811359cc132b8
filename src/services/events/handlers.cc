#include "services/events/handlers.h"

#include "services/events/operations.h"

namespace roadstead::events {

const Handlers handlers = {
    .create_event_bus = create_event_bus,
    .delete_event_bus = delete_event_bus,
    .delete_rule = delete_rule,
    .describe_event_bus = describe_event_bus,
    .describe_rule = describe_rule,
    .disable_rule = disable_rule,
    .enable_rule = enable_rule,
    .list_event_buses = list_event_buses,
    .list_rule_names_by_target = list_rule_names_by_target,
    .list_rules = list_rules,
    .list_tags_for_resource = list_tags_for_resource,
    .list_targets_by_rule = list_targets_by_rule,
    .put_events = put_events,
    .put_rule = put_rule,
    .put_targets = put_targets,
    .remove_targets = remove_targets,
    .tag_resource = tag_resource,
    .test_event_pattern = test_event_pattern,
    .untag_resource = untag_resource,
    .update_event_bus = update_event_bus,
};

}  // namespace roadstead::events
