#include "decide/events/due_times.h"

#include <boost/json.hpp>
#include <utility>

#include "aws/wire/json.h"
#include "base/id/arn.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/schedules/schedule.h"

namespace roadstead {

namespace {

constexpr auto instant_before = Duration(1);

/// What a rule's targets are given when its time has come.
boost::json::value scheduled_event(Tx& tx, const EventRuleRow& rule) {
  auto arn = parse_arn(rule.rule_arn).value_or(Arn{});
  EventEnvelope envelope{.id = new_uuid(tx.ids()), .detail_type = "Scheduled Event", .source = "aws.events",
                         .account = arn.account, .region = arn.region, .time = *rule.next_at, .resources = {rule.rule_arn}};
  return render_event(envelope, boost::json::object());
}

/// A schedule's target as that of a rule: the same members, but for tags.
events::Target target_of(const ScheduleRow& schedule) {
  auto target = from_json<events::Target>(to_json(schedule.target));
  CHECK(target, "the members of both targets are of the same types");
  target->id = schedule.schedule_name;
  if (!target->ecs_parameters) return *std::move(target);
  auto& tags = target->ecs_parameters->tags;
  tags.reset();
  for (const auto& given : schedule.target.ecs_parameters->tags.value_or(std::vector<std::map<std::string, std::string>>{})) {
    auto member = [&](const char* name) {
      auto found = given.find(name);
      return found == given.end() ? std::string() : found->second;
    };
    if (!tags) tags.emplace();
    tags->push_back({.key = member("key"), .value = member("value")});
  }
  return *std::move(target);
}

/// Owes the call of a schedule's target, at once or somewhere in its flexible window.
void invoke_schedule(Tx& tx, const ScheduleRow& schedule) {
  InvocationRow row{.invocation_id = new_uuid(tx.ids()), .source_arn = schedule.schedule_arn, .target = target_of(schedule),
                    .input = schedule.target.input.value_or("{}")};
  row.created_at = tx.now();
  row.due_at = tx.now();
  auto window = Duration(std::chrono::minutes(schedule.window_minutes));
  if (window.count() > 0) {
    row.due_at = tx.now() + Duration(static_cast<std::int64_t>(tx.ids().bits() % static_cast<std::uint64_t>(window.count())));
  }
  row.started_by = started_by("chronos-schedule/", schedule.schedule_name);
  apply_retry_policy(row, *row.due_at);
  tx.put(std::move(row));
}

std::shared_ptr<const TimeZone> zone_of(const ScheduleRow& schedule, const ZoneSource& zones) {
  return zones.find(schedule.timezone.value_or("UTC"));
}

}  // namespace

std::optional<Instant> first_time_of_rule(const EventRuleRow& rule, Instant now) {
  if (!rule.enabled || !rule.schedule_expression) return std::nullopt;
  auto schedule = parse_schedule(*rule.schedule_expression);
  return schedule ? next_time(*schedule, TimeZone(), now, now) : std::nullopt;
}

std::optional<Instant> first_time_of_schedule(const ScheduleRow& row, const TimeZone& zone, Instant now) {
  auto schedule = parse_schedule(row.schedule_expression);
  if (!row.enabled || !schedule) return std::nullopt;
  bool single = std::holds_alternative<AtSchedule>(*schedule);
  auto start = single ? now : row.start_at.value_or(now);
  auto next = next_time(*schedule, zone, start, std::max(now, start) - instant_before);
  if (!single && next && row.end_at && *next > *row.end_at) return std::nullopt;
  return next;
}

Result<std::optional<Instant>> reconcile_rule(Tx& tx, const std::string& key) {
  auto rule = tx.find<EventRuleRow>(key);
  if (rule == nullptr || !rule->enabled || !rule->next_at || !rule->schedule_expression) return std::optional<Instant>();
  if (*rule->next_at > tx.now()) return rule->next_at;
  auto schedule = TRY(parse_schedule(*rule->schedule_expression));
  invoke_targets(tx, *rule, scheduled_event(tx, *rule));
  auto next = next_time(schedule, TimeZone(), *rule->next_at, tx.now());
  tx.update<EventRuleRow>(key, [&](EventRuleRow& row) { row.next_at = next; });
  return next;
}

Result<std::optional<Instant>> reconcile_schedule(Tx& tx, const ZoneSource& zones, const std::string& key) {
  auto row = tx.find<ScheduleRow>(key);
  if (row == nullptr || !row->enabled || !row->next_at) return std::optional<Instant>();
  if (*row->next_at > tx.now()) return row->next_at;
  auto schedule = TRY(parse_schedule(row->schedule_expression));
  auto zone = zone_of(*row, zones);
  if (zone == nullptr) {
    return Error{"UnknownTimeZone", cat("The time zone ", row->timezone.value_or(""), " is not on this machine any more. Install tzdata.")};
  }
  invoke_schedule(tx, *row);
  std::optional<Instant> next;
  if (!std::holds_alternative<AtSchedule>(schedule)) next = next_time(schedule, *zone, *row->next_at, tx.now());
  if (next && row->end_at && *next > *row->end_at) next.reset();
  if (!next && row->delete_after_completion) {
    tx.erase<ScheduleRow>(key);
  } else {
    tx.update<ScheduleRow>(key, [&](ScheduleRow& changed) { changed.next_at = next; });
  }
  return next;
}

std::string schedule_key(std::string_view group, std::string_view schedule) {
  ScheduleRow row{.group_name = std::string(group), .schedule_name = std::string(schedule), .schedule_arn = {}, .schedule_expression = {}, .target = {}};
  return RowTraits<ScheduleRow>::key(row);
}

}  // namespace roadstead
