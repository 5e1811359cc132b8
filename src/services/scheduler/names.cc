#include "services/scheduler/names.h"

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/due_times.h"
#include "decide/tags/resource_tags.h"

namespace roadstead::scheduler {

namespace {

std::string arn_of(const Caller& who, std::string resource) {
  return to_string(Arn{who.partition, "scheduler", who.region, who.account_id, std::move(resource)});
}

}  // namespace

std::string group_arn(const Caller& who, std::string_view group) { return arn_of(who, cat("schedule-group/", group)); }

std::string schedule_arn(const Caller& who, std::string_view group, std::string_view schedule) {
  return arn_of(who, cat("schedule/", group, '/', schedule));
}

Result<std::string> find_group(const Reader& rows, const std::optional<std::string>& group) {
  std::string name = group.value_or(std::string(default_group));
  if (name == default_group || rows.contains<ScheduleGroupRow>(name)) return name;
  return Error{"ResourceNotFoundException", cat("Schedule group ", name, " does not exist.")};
}

Result<std::shared_ptr<const ScheduleRow>> find_schedule(const Reader& rows, const std::optional<std::string>& group, const std::string& name) {
  auto found = rows.find<ScheduleRow>(schedule_key(group.value_or(std::string(default_group)), name));
  if (found) return found;
  return Error{"ResourceNotFoundException", cat("Schedule ", name, " does not exist.")};
}

Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& added) {
  auto tags = read_resource_tags(tx, arn);
  for (const auto& tag : added) tags[tag.key] = tag.value;
  if (tags.size() > most_resource_tags) return validation_error("A schedule group can have no more than 50 tags.");
  write_resource_tags(tx, arn, tags);
  return Done{};
}

Error invalid_token() { return validation_error("Invalid NextToken. Use that of the page before, with the same request."); }

}  // namespace roadstead::scheduler
