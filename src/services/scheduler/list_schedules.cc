#include <algorithm>

#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "services/scheduler/names.h"
#include "services/scheduler/operations.h"

namespace roadstead::scheduler {

namespace {

constexpr std::int32_t default_page = 100;

ScheduleSummary summary_of(const ScheduleRow& row) {
  ScheduleSummary out;
  out.arn = row.schedule_arn;
  out.name = row.schedule_name;
  out.group_name = row.group_name;
  out.state = row.enabled ? ScheduleState::enabled : ScheduleState::disabled;
  out.creation_date = row.created_at;
  out.last_modification_date = row.last_modified_at;
  out.target = TargetSummary{.arn = row.target.arn};
  return out;
}

}  // namespace

Result<ListSchedulesOutput> list_schedules(Tx& tx, const Caller&, const ListSchedulesInput& in) {
  if (in.group_name) TRY(find_group(tx, in.group_name));
  std::vector<ScheduleSummary> found;
  tx.for_each<ScheduleRow>([&](const ScheduleRow& row) {
    bool state_fits = !in.state || (*in.state == ScheduleState::enabled) == row.enabled;
    bool group_fits = !in.group_name || row.group_name == *in.group_name;
    if (state_fits && group_fits && row.schedule_name.starts_with(in.name_prefix.value_or(""))) found.push_back(summary_of(row));
  });
  auto key = [](const ScheduleSummary& row) { return *row.arn; };
  std::ranges::sort(found, {}, key);
  PageRequest wanted{.filters = cat("schedules ", in.group_name.value_or(""), ' ', in.name_prefix.value_or(""), ' ',
                                    in.state ? to_string(*in.state) : ""), .token = in.next_token};
  wanted.size = static_cast<std::size_t>(in.max_results.value_or(default_page));
  auto page = page_of(std::move(found), key, wanted);
  if (!page) return invalid_token();
  ListSchedulesOutput out;
  out.schedules = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::scheduler
