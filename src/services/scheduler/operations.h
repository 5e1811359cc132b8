// The operations of EventBridge Scheduler. State thread, in a transaction. Without a group the group "default" is meant, which
// is always there. Each may answer ResourceNotFoundException and ValidationException.
// Source: reference/neighbour-apis.md §7.11.
#pragma once

#include "api/scheduler/create_schedule.gen.h"
#include "api/scheduler/create_schedule_group.gen.h"
#include "api/scheduler/delete_schedule.gen.h"
#include "api/scheduler/delete_schedule_group.gen.h"
#include "api/scheduler/get_schedule.gen.h"
#include "api/scheduler/get_schedule_group.gen.h"
#include "api/scheduler/list_schedule_groups.gen.h"
#include "api/scheduler/list_schedules.gen.h"
#include "api/scheduler/list_tags_for_resource.gen.h"
#include "api/scheduler/tag_resource.gen.h"
#include "api/scheduler/untag_resource.gen.h"
#include "api/scheduler/update_schedule.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "decide/schedules/time_zone.h"

namespace roadstead::scheduler {

/// Errors: ConflictException.
Result<CreateScheduleOutput> create_schedule(const ZoneSource& zones, Tx& tx, const Caller& who, const CreateScheduleInput& in);
/// Replaces all of a schedule; what is not given goes back to its default.
Result<UpdateScheduleOutput> update_schedule(const ZoneSource& zones, Tx& tx, const Caller& who, const UpdateScheduleInput& in);
Result<GetScheduleOutput> get_schedule(Tx& tx, const Caller& who, const GetScheduleInput& in);
Result<DeleteScheduleOutput> delete_schedule(Tx& tx, const Caller& who, const DeleteScheduleInput& in);
Result<ListSchedulesOutput> list_schedules(Tx& tx, const Caller& who, const ListSchedulesInput& in);

/// Errors: ConflictException.
Result<CreateScheduleGroupOutput> create_schedule_group(Tx& tx, const Caller& who, const CreateScheduleGroupInput& in);
Result<GetScheduleGroupOutput> get_schedule_group(Tx& tx, const Caller& who, const GetScheduleGroupInput& in);
/// Takes its schedules along.
Result<DeleteScheduleGroupOutput> delete_schedule_group(Tx& tx, const Caller& who, const DeleteScheduleGroupInput& in);
Result<ListScheduleGroupsOutput> list_schedule_groups(Tx& tx, const Caller& who, const ListScheduleGroupsInput& in);

/// Tags are for groups only.
Result<TagResourceOutput> tag_resource(Tx& tx, const Caller& who, const TagResourceInput& in);
Result<UntagResourceOutput> untag_resource(Tx& tx, const Caller& who, const UntagResourceInput& in);
Result<ListTagsForResourceOutput> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceInput& in);

}  // namespace roadstead::scheduler
