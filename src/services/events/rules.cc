#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/events/due_times.h"
#include "decide/events/event_pattern.h"
#include "decide/schedules/schedule.h"
#include "decide/tags/resource_tags.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

constexpr std::size_t most_rules = 300;

Status check_schedule(std::string_view expression, std::string_view bus) {
  auto schedule = parse_schedule(expression);
  auto begin = "Parameter ScheduleExpression is not valid.";
  if (!schedule) return validation_error(cat(begin, ' ', schedule.error().message));
  if (std::holds_alternative<AtSchedule>(*schedule)) {
    return validation_error(cat(begin, " Rules have no at(…); use a schedule of EventBridge Scheduler."));
  }
  if (bus != default_event_bus) return validation_error("ScheduleExpression is supported only on the default event bus.");
  return Done{};
}

std::optional<std::string> given(const std::optional<std::string>& text) {
  return text && !text->empty() ? text : std::nullopt;
}

Result<Done> set_enabled(Tx& tx, const std::optional<std::string>& bus_name, const std::string& name, bool enabled) {
  auto bus = TRY(find_bus(tx, bus_name));
  auto rule = TRY(find_rule(tx, bus, name));
  if (rule->enabled == enabled) return Done{};
  tx.update<EventRuleRow>(event_rule_key(bus, name), [&](EventRuleRow& row) {
    row.enabled = enabled;
    row.next_at = first_time_of_rule(row, tx.now());
  });
  return Done{};
}

}  // namespace

Result<PutRuleResponse> put_rule(Tx& tx, const Caller& who, const PutRuleRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  auto expression = given(in.schedule_expression);
  auto pattern = given(in.event_pattern);
  if (!expression && !pattern) return validation_error("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (expression) TRY(check_schedule(*expression, bus));
  if (pattern) TRY(parse_event_pattern(*pattern));
  auto key = event_rule_key(bus, in.name);
  auto known = tx.find<EventRuleRow>(key);
  if (!known && tx.count(EventRuleRowIndex::by_bus, bus) >= most_rules) {
    return Error{"LimitExceededException", "The requested resource exceeds the maximum number allowed."};
  }
  EventRuleRow row{.bus_name = bus, .rule_name = in.name, .rule_arn = rule_arn(who, bus, in.name), .description = in.description};
  row.event_pattern = pattern;
  row.schedule_expression = expression;
  row.enabled = in.state != RuleState::disabled;
  row.role_arn = in.role_arn;
  row.created_at = known ? known->created_at : tx.now();
  // The same schedule goes on as it was; a rate would begin anew otherwise.
  bool same = known && known->schedule_expression == expression && known->enabled == row.enabled;
  row.next_at = same ? known->next_at : first_time_of_rule(row, tx.now());
  // Tags are for new rules; those of an existing one are left as they are, as AWS does.
  if (!known && in.tags) TRY(add_tags(tx, row.rule_arn, *in.tags));
  PutRuleResponse out{.rule_arn = row.rule_arn};
  tx.put(std::move(row));
  return out;
}

Result<DescribeRuleResponse> describe_rule(Tx& tx, const Caller& who, const DescribeRuleRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  auto rule = TRY(find_rule(tx, bus, in.name));
  DescribeRuleResponse out;
  out.name = rule->rule_name;
  out.arn = rule->rule_arn;
  out.event_pattern = rule->event_pattern;
  out.schedule_expression = rule->schedule_expression;
  out.state = rule->enabled ? RuleState::enabled : RuleState::disabled;
  out.description = rule->description;
  out.role_arn = rule->role_arn;
  out.event_bus_name = rule->bus_name;
  out.created_by = who.account_id;
  return out;
}

Result<Done> delete_rule(Tx& tx, const Caller&, const DeleteRuleRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  auto key = event_rule_key(bus, in.name);
  auto rule = tx.find<EventRuleRow>(key);
  if (rule == nullptr) return Done{};
  if (tx.count(EventTargetRowIndex::by_rule, cat(bus, '\n', in.name)) > 0) {
    return validation_error("Rule can't be deleted since it has targets.");
  }
  write_resource_tags(tx, rule->rule_arn, {});
  tx.erase<EventRuleRow>(key);
  return Done{};
}

Result<Done> enable_rule(Tx& tx, const Caller&, const EnableRuleRequest& in) {
  return set_enabled(tx, in.event_bus_name, in.name, true);
}

Result<Done> disable_rule(Tx& tx, const Caller&, const DisableRuleRequest& in) {
  return set_enabled(tx, in.event_bus_name, in.name, false);
}

}  // namespace roadstead::events
