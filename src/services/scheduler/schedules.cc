#include <algorithm>

#include "base/text/text.h"
#include "decide/events/due_times.h"
#include "decide/tokens/request_token.h"
#include "services/scheduler/names.h"
#include "services/scheduler/operations.h"
#include "services/scheduler/schedule_rules.h"

namespace roadstead::scheduler {

namespace {

/// The row that a request to create or update a schedule describes, but for its times.
template <class Input>
Result<ScheduleRow> row_of(const Caller& who, const std::string& group, const Input& in) {
  bool flexible = in.flexible_time_window.mode == FlexibleTimeWindowMode::flexible;
  if (flexible != in.flexible_time_window.maximum_window_in_minutes.has_value()) {
    return validation_error("MaximumWindowInMinutes must be given with the mode FLEXIBLE, and only with it.");
  }
  ScheduleRow row{.group_name = group, .schedule_name = in.name, .schedule_arn = schedule_arn(who, group, in.name)};
  row.description = in.description;
  row.schedule_expression = in.schedule_expression;
  row.timezone = in.schedule_expression_timezone;
  row.start_at = in.start_date;
  row.end_at = in.end_date;
  row.enabled = in.state != ScheduleState::disabled;
  row.kms_key_arn = in.kms_key_arn;
  row.target = in.target;
  row.window_minutes = in.flexible_time_window.maximum_window_in_minutes.value_or(0);
  row.delete_after_completion = in.action_after_completion == ActionAfterCompletion::delete_;
  return row;
}

/// Whether two rows are due at the same times, so that a change of the rest need not begin a rate anew.
bool same_times(const ScheduleRow& a, const ScheduleRow& b) {
  return a.schedule_expression == b.schedule_expression && a.timezone == b.timezone && a.start_at == b.start_at && a.end_at == b.end_at &&
         a.enabled == b.enabled;
}

}  // namespace

Result<CreateScheduleOutput> create_schedule(const ZoneSource& zones, Tx& tx, const Caller& who, const CreateScheduleInput& in) {
  auto group = TRY(find_group(tx, in.group_name));
  auto token = token_of("CreateSchedule", schedule_arn(who, group, in.name), in);
  if (tx.contains<ScheduleRow>(schedule_key(group, in.name))) {
    auto known = find_token(tx, token, tx.now());
    if (known && known->request_hash == token.request_hash) return CreateScheduleOutput{.schedule_arn = token.scope};
    return Error{"ConflictException", cat("Schedule ", in.name, " already exists.")};
  }
  auto row = TRY(row_of(who, group, in));
  auto zone = TRY(check_schedule(row, zones));
  row.created_at = tx.now();
  row.last_modified_at = tx.now();
  row.next_at = first_time_of_schedule(row, *zone, tx.now());
  keep_token(tx, std::move(token), {row.schedule_arn});
  CreateScheduleOutput out{.schedule_arn = row.schedule_arn};
  tx.put(std::move(row));
  return out;
}

Result<UpdateScheduleOutput> update_schedule(const ZoneSource& zones, Tx& tx, const Caller& who, const UpdateScheduleInput& in) {
  auto known = TRY(find_schedule(tx, in.group_name, in.name));
  auto row = TRY(row_of(who, known->group_name, in));
  auto zone = TRY(check_schedule(row, zones));
  row.created_at = known->created_at;
  row.last_modified_at = tx.now();
  row.next_at = same_times(*known, row) ? known->next_at : first_time_of_schedule(row, *zone, tx.now());
  UpdateScheduleOutput out{.schedule_arn = row.schedule_arn};
  tx.put(std::move(row));
  return out;
}

Result<GetScheduleOutput> get_schedule(Tx& tx, const Caller&, const GetScheduleInput& in) {
  auto row = TRY(find_schedule(tx, in.group_name, in.name));
  GetScheduleOutput out;
  out.arn = row->schedule_arn;
  out.group_name = row->group_name;
  out.name = row->schedule_name;
  out.schedule_expression = row->schedule_expression;
  out.start_date = row->start_at;
  out.end_date = row->end_at;
  out.description = row->description;
  out.schedule_expression_timezone = row->timezone.value_or("UTC");
  out.state = row->enabled ? ScheduleState::enabled : ScheduleState::disabled;
  out.creation_date = row->created_at;
  out.last_modification_date = row->last_modified_at;
  out.kms_key_arn = row->kms_key_arn;
  out.target = row->target;
  auto& window = out.flexible_time_window.emplace();
  window.mode = row->window_minutes > 0 ? FlexibleTimeWindowMode::flexible : FlexibleTimeWindowMode::off;
  if (row->window_minutes > 0) window.maximum_window_in_minutes = row->window_minutes;
  out.action_after_completion = row->delete_after_completion ? ActionAfterCompletion::delete_ : ActionAfterCompletion::none;
  return out;
}

Result<DeleteScheduleOutput> delete_schedule(Tx& tx, const Caller&, const DeleteScheduleInput& in) {
  auto row = TRY(find_schedule(tx, in.group_name, in.name));
  tx.erase<ScheduleRow>(schedule_key(row->group_name, row->schedule_name));
  return DeleteScheduleOutput{};
}

}  // namespace roadstead::scheduler
