#include "decide/events/dispatch.h"

#include <boost/json.hpp>
#include <utility>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/event_input.h"
#include "decide/events/event_pattern.h"

namespace roadstead {

namespace json = boost::json;

namespace {

constexpr auto default_age = std::chrono::hours(24);
constexpr int default_retries = 185;
constexpr std::size_t most_started_by = 128;

bool wants(const EventRuleRow& rule, const json::value& event) {
  if (!rule.enabled || !rule.event_pattern) return false;
  auto pattern = parse_event_pattern(*rule.event_pattern);
  return pattern && matches(*pattern, event);
}

}  // namespace

json::value render_event(const EventEnvelope& envelope, json::value detail) {
  json::object out;
  out["version"] = "0";
  out["id"] = envelope.id;
  out["detail-type"] = envelope.detail_type;
  out["source"] = envelope.source;
  out["account"] = envelope.account;
  out["time"] = format_iso8601(envelope.time);
  out["region"] = envelope.region;
  json::array resources;
  for (const auto& arn : envelope.resources) resources.emplace_back(arn);
  out["resources"] = std::move(resources);
  out["detail"] = std::move(detail);
  return out;
}

void dispatch_event(Tx& tx, std::string_view bus, const json::value& event) {
  tx.for_each(EventRuleRowIndex::by_bus, bus, [&](const EventRuleRow& rule) {
    if (wants(rule, event)) invoke_targets(tx, rule, event);
  });
}

void invoke_targets(Tx& tx, const EventRuleRow& rule, const json::value& event) {
  InputContext context{rule.rule_arn, rule.rule_name, format_iso8601(tx.now())};
  auto owed = tx.count(InvocationRowIndex::by_source, rule.rule_arn);
  for (const auto& target : tx.list(EventTargetRowIndex::by_rule, cat(rule.bus_name, '\n', rule.rule_name))) {
    if (owed >= most_owed_calls) return;
    if (++owed == most_owed_calls) {
      log_warning("invocations_dropped", {{"source", rule.rule_arn}, {"why", "Its targets take fewer calls than come, or none."}});
    }
    InvocationRow row{.invocation_id = new_uuid(tx.ids()), .source_arn = rule.rule_arn, .target = target->target, .input = {}};
    row.input = input_of(target->target, event, context);
    // A dead-letter queue gets the whole event, whatever the target was to be given of it.
    if (row.target.dead_letter_config) row.target.input = json::serialize(event);
    row.created_at = tx.now();
    row.due_at = tx.now();
    row.started_by = started_by("events-rule/", rule.rule_name);
    apply_retry_policy(row, tx.now());
    tx.put(std::move(row));
  }
}

bool has_listeners(const Reader& rows, std::string_view bus) {
  bool found = false;
  rows.for_each(EventRuleRowIndex::by_bus, bus, [&](const EventRuleRow& rule) {
    found = rule.enabled && rule.event_pattern;
    return !found;
  });
  return found;
}

std::string event_rule_key(std::string_view bus, std::string_view rule) {
  return RowTraits<EventRuleRow>::key({.bus_name = std::string(bus), .rule_name = std::string(rule), .rule_arn = {}});
}

std::string event_target_key(std::string_view bus, std::string_view rule, std::string_view target) {
  EventTargetRow row{.bus_name = std::string(bus), .rule_name = std::string(rule), .target_id = std::string(target),
                     .target_arn = {}, .target = {}};
  return RowTraits<EventTargetRow>::key(row);
}

void apply_retry_policy(InvocationRow& row, Instant now) {
  const auto& policy = row.target.retry_policy;
  auto age = policy && policy->maximum_event_age_in_seconds ? std::chrono::seconds(*policy->maximum_event_age_in_seconds) : default_age;
  row.expires_at = now + age;
  row.maximum_attempts = 1 + (policy ? policy->maximum_retry_attempts.value_or(default_retries) : default_retries);
}

std::string started_by(std::string_view prefix, std::string_view name) {
  return cat(prefix, name).substr(0, most_started_by);
}

}  // namespace roadstead
