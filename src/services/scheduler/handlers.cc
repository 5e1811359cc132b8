#include "services/scheduler/handlers.h"

#include "services/scheduler/operations.h"

namespace roadstead::scheduler {

namespace {

/// An operation that looks at time zones, as a handler.
template <class In, class Out>
auto zoned(const ZoneSource& zones, Result<Out> (*operation)(const ZoneSource&, Tx&, const Caller&, const In&)) {
  return [&zones, operation](Tx& tx, const Caller& who, const In& in) { return operation(zones, tx, who, in); };
}

}  // namespace

Handlers make_handlers(const ZoneSource& zones) {
  return {
      .create_schedule = zoned(zones, create_schedule),
      .create_schedule_group = create_schedule_group,
      .delete_schedule = delete_schedule,
      .delete_schedule_group = delete_schedule_group,
      .get_schedule = get_schedule,
      .get_schedule_group = get_schedule_group,
      .list_schedule_groups = list_schedule_groups,
      .list_schedules = list_schedules,
      .list_tags_for_resource = list_tags_for_resource,
      .tag_resource = tag_resource,
      .untag_resource = untag_resource,
      .update_schedule = zoned(zones, update_schedule),
  };
}

}  // namespace roadstead::scheduler
