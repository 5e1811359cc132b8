#include "services/events/names.h"

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/tags/resource_tags.h"

namespace roadstead::events {

namespace {

constexpr std::size_t default_page = 100;

std::string arn_of(const Caller& who, std::string resource) {
  return to_string(Arn{who.partition, "events", who.region, who.account_id, std::move(resource)});
}

}  // namespace

std::string bus_arn(const Caller& who, std::string_view bus) { return arn_of(who, cat("event-bus/", bus)); }

std::string rule_arn(const Caller& who, std::string_view bus, std::string_view rule) {
  if (bus == default_event_bus) return arn_of(who, cat("rule/", rule));
  return arn_of(who, cat("rule/", bus, '/', rule));
}

Result<std::string> find_bus(const Reader& rows, const std::optional<std::string>& name_or_arn) {
  std::string name(name_or_arn.value_or(std::string(default_event_bus)));
  if (looks_like_arn(name)) {
    auto arn = parse_arn(name);
    if (arn) name = arn->resource_path();
  }
  if (name == default_event_bus || rows.contains<EventBusRow>(name)) return name;
  return Error{"ResourceNotFoundException", cat("Event bus ", name, " does not exist.")};
}

Result<std::shared_ptr<const EventRuleRow>> find_rule(const Reader& rows, std::string_view bus, std::string_view rule) {
  auto found = rows.find<EventRuleRow>(event_rule_key(bus, rule));
  if (found) return found;
  return Error{"ResourceNotFoundException", cat("Rule ", rule, " does not exist on EventBus ", bus, '.')};
}

std::size_t page_size_of(const std::optional<std::int32_t>& limit) {
  return limit ? static_cast<std::size_t>(*limit) : default_page;
}

Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& added) {
  auto tags = read_resource_tags(tx, arn);
  for (const auto& tag : added) tags[tag.key] = tag.value;
  if (tags.size() > most_resource_tags) return Error{"LimitExceededException", "A resource can have no more than 50 tags."};
  write_resource_tags(tx, arn, tags);
  return Done{};
}

Error invalid_token() { return validation_error("Token is invalid. Use the NextToken of the page before, with the same request."); }

}  // namespace roadstead::events
