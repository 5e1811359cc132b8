#include "services/logs/handlers.h"

#include "services/logs/describe.h"
#include "services/logs/events.h"
#include "services/logs/groups.h"
#include "services/logs/tags.h"

namespace roadstead::logs {

namespace {

/// The operation as a handler that runs outside the state thread.
template <class In, class Out>
auto outside(LogStore& store, Result<Out> (*operation)(LogStore&, const In&)) {
  return [&store, operation](const Caller&, const In& in) { return operation(store, in); };
}

}  // namespace

Handlers make_handlers(LogStore& store) {
  return {
      .create_log_group = create_log_group,
      .create_log_stream = create_log_stream,
      .delete_log_group = delete_log_group,
      .delete_log_stream = delete_log_stream,
      .delete_retention_policy = delete_retention_policy,
      .describe_log_groups = outside(store, describe_log_groups),
      .describe_log_streams = outside(store, describe_log_streams),
      .filter_log_events = outside(store, filter_log_events),
      .get_log_events = outside(store, get_log_events),
      .list_log_groups = outside(store, list_log_groups),
      .list_tags_for_resource = list_tags_for_resource,
      .list_tags_log_group = list_tags_log_group,
      .put_log_events = outside(store, put_log_events),
      .put_retention_policy = put_retention_policy,
      .tag_log_group = tag_log_group,
      .tag_resource = tag_resource,
      .untag_log_group = untag_log_group,
      .untag_resource = untag_resource,
  };
}

}  // namespace roadstead::logs
