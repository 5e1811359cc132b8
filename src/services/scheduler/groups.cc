#include <algorithm>

#include "base/text/text.h"
#include "decide/events/due_times.h"
#include "decide/secrets/page.h"
#include "decide/tags/resource_tags.h"
#include "decide/tokens/request_token.h"
#include "services/scheduler/names.h"
#include "services/scheduler/operations.h"

namespace roadstead::scheduler {

namespace {

constexpr std::int32_t default_page = 100;

ScheduleGroupRow row_of(const Reader& rows, const Caller& who, const std::string& name) {
  auto row = rows.find<ScheduleGroupRow>(name);
  return row ? *row : ScheduleGroupRow{.group_name = name, .group_arn = group_arn(who, name)};
}

ScheduleGroupSummary summary_of(const ScheduleGroupRow& row) {
  ScheduleGroupSummary out;
  out.arn = row.group_arn;
  out.name = row.group_name;
  out.state = ScheduleGroupState::active;
  out.creation_date = row.created_at;
  out.last_modification_date = row.last_modified_at;
  return out;
}

}  // namespace

Result<CreateScheduleGroupOutput> create_schedule_group(Tx& tx, const Caller& who, const CreateScheduleGroupInput& in) {
  auto token = token_of("CreateScheduleGroup", group_arn(who, in.name), in);
  if (in.name == default_group || tx.contains<ScheduleGroupRow>(in.name)) {
    auto known = find_token(tx, token, tx.now());
    if (known && known->request_hash == token.request_hash) return CreateScheduleGroupOutput{.schedule_group_arn = token.scope};
    return Error{"ConflictException", cat("Schedule group ", in.name, " already exists.")};
  }
  ScheduleGroupRow row{.group_name = in.name, .group_arn = group_arn(who, in.name), .created_at = tx.now(), .last_modified_at = tx.now()};
  if (in.tags) TRY(add_tags(tx, row.group_arn, *in.tags));
  keep_token(tx, std::move(token), {row.group_arn});
  CreateScheduleGroupOutput out{.schedule_group_arn = row.group_arn};
  tx.put(std::move(row));
  return out;
}

Result<GetScheduleGroupOutput> get_schedule_group(Tx& tx, const Caller& who, const GetScheduleGroupInput& in) {
  auto row = row_of(tx, who, TRY(find_group(tx, in.name)));
  GetScheduleGroupOutput out;
  out.arn = row.group_arn;
  out.name = row.group_name;
  out.state = ScheduleGroupState::active;
  out.creation_date = row.created_at;
  out.last_modification_date = row.last_modified_at;
  return out;
}

Result<DeleteScheduleGroupOutput> delete_schedule_group(Tx& tx, const Caller&, const DeleteScheduleGroupInput& in) {
  if (in.name == default_group) return validation_error("The schedule group default cannot be deleted.");
  TRY(find_group(tx, in.name));
  auto group = tx.find<ScheduleGroupRow>(in.name);
  for (const auto& schedule : tx.list(ScheduleRowIndex::by_group, in.name)) {
    tx.erase<ScheduleRow>(schedule_key(in.name, schedule->schedule_name));
  }
  write_resource_tags(tx, group->group_arn, {});
  tx.erase<ScheduleGroupRow>(in.name);
  return DeleteScheduleGroupOutput{};
}

Result<ListScheduleGroupsOutput> list_schedule_groups(Tx& tx, const Caller& who, const ListScheduleGroupsInput& in) {
  std::vector<ScheduleGroupSummary> found;
  auto take = [&](const ScheduleGroupRow& row) {
    if (row.group_name.starts_with(in.name_prefix.value_or(""))) found.push_back(summary_of(row));
  };
  take(row_of(tx, who, std::string(default_group)));
  tx.for_each<ScheduleGroupRow>(take);
  auto key = [](const ScheduleGroupSummary& group) { return *group.name; };
  std::ranges::sort(found, {}, key);
  PageRequest wanted{.filters = cat("groups ", in.name_prefix.value_or("")), .token = in.next_token};
  wanted.size = static_cast<std::size_t>(in.max_results.value_or(default_page));
  auto page = page_of(std::move(found), key, wanted);
  if (!page) return invalid_token();
  ListScheduleGroupsOutput out;
  out.schedule_groups = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::scheduler
