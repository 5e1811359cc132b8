#include <set>

#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/secrets/page.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

Rule render_rule(const EventRuleRow& row) {
  Rule out;
  out.name = row.rule_name;
  out.arn = row.rule_arn;
  out.event_pattern = row.event_pattern;
  out.state = row.enabled ? RuleState::enabled : RuleState::disabled;
  out.description = row.description;
  out.schedule_expression = row.schedule_expression;
  out.role_arn = row.role_arn;
  out.event_bus_name = row.bus_name;
  return out;
}

}  // namespace

Result<ListRulesResponse> list_rules(Tx& tx, const Caller&, const ListRulesRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  std::vector<Rule> found;
  tx.for_each(EventRuleRowIndex::by_bus, bus, [&](const EventRuleRow& row) {
    if (row.rule_name.starts_with(in.name_prefix.value_or(""))) found.push_back(render_rule(row));
  });
  auto key = [](const Rule& rule) { return *rule.name; };
  std::ranges::sort(found, {}, key);
  PageRequest wanted{.filters = cat("rules ", bus, ' ', in.name_prefix.value_or("")), .token = in.next_token, .size = page_size_of(in.limit)};
  auto page = page_of(std::move(found), key, wanted);
  if (!page) return invalid_token();
  ListRulesResponse out;
  out.rules = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

Result<ListRuleNamesByTargetResponse> list_rule_names_by_target(Tx& tx, const Caller&, const ListRuleNamesByTargetRequest& in) {
  auto bus = TRY(find_bus(tx, in.event_bus_name));
  std::set<std::string> names;
  tx.for_each(EventTargetRowIndex::by_arn, in.target_arn, [&](const EventTargetRow& row) {
    if (row.bus_name == bus) names.insert(row.rule_name);
  });
  PageRequest wanted{.filters = cat("targets ", bus, ' ', in.target_arn), .token = in.next_token, .size = page_size_of(in.limit)};
  auto page = page_of(std::vector<std::string>(names.begin(), names.end()), [](const std::string& name) { return name; }, wanted);
  if (!page) return invalid_token();
  ListRuleNamesByTargetResponse out;
  out.rule_names = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::events
