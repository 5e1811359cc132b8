#include <boost/json.hpp>

#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/events/event_pattern.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

namespace json = boost::json;

constexpr std::size_t most_bytes = 1024 * 1024;

PutEventsResultEntry refused(std::string code, std::string message) {
  PutEventsResultEntry out;
  out.error_code = std::move(code);
  out.error_message = std::move(message);
  return out;
}

std::size_t size_of(const PutEventsRequestEntry& entry) {
  auto size = entry.source.value_or("").size() + entry.detail_type.value_or("").size() + entry.detail.value_or("").size();
  for (const auto& resource : entry.resources.value_or(std::vector<std::string>{})) size += resource.size();
  return size + (entry.time ? 14 : 0);
}

PutEventsResultEntry put_entry(Tx& tx, const Caller& who, const PutEventsRequestEntry& entry) {
  if (entry.source.value_or("").empty()) return refused("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.");
  if (entry.source->starts_with("aws.")) {
    return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  if (entry.detail_type.value_or("").empty()) {
    return refused("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  }
  if (!entry.detail) return refused("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.");
  json::error_code problem;
  auto detail = json::parse(*entry.detail, problem);
  if (problem || !detail.is_object()) return refused("MalformedDetail", "Detail is malformed.");
  auto bus = find_bus(tx, entry.event_bus_name);
  if (!bus) return refused("ResourceNotFoundException", bus.error().message);
  EventEnvelope envelope{.id = new_uuid(tx.ids()), .detail_type = *entry.detail_type, .source = *entry.source,
                         .account = who.account_id, .region = who.region, .time = entry.time.value_or(tx.now())};
  envelope.resources = entry.resources.value_or(std::vector<std::string>{});
  dispatch_event(tx, *bus, render_event(envelope, std::move(detail)));
  PutEventsResultEntry out;
  out.event_id = envelope.id;
  return out;
}

}  // namespace

Result<PutEventsResponse> put_events(Tx& tx, const Caller& who, const PutEventsRequest& in) {
  if (in.endpoint_id) return validation_error("Roadstead has no global endpoints. Leave EndpointId out.");
  std::size_t bytes = 0;
  for (const auto& entry : in.entries) bytes += size_of(entry);
  if (bytes > most_bytes) return validation_error("Total size of the entries in the request is over the limit.");
  PutEventsResponse out;
  auto& entries = out.entries.emplace();
  std::int32_t failed = 0;
  for (const auto& entry : in.entries) {
    entries.push_back(put_entry(tx, who, entry));
    if (entries.back().error_code) ++failed;
  }
  out.failed_entry_count = failed;
  return out;
}

Result<TestEventPatternResponse> test_event_pattern(Tx&, const Caller&, const TestEventPatternRequest& in) {
  auto pattern = TRY(parse_event_pattern(in.event_pattern));
  json::error_code problem;
  auto event = json::parse(in.event, problem);
  if (problem || !event.is_object()) return validation_error("Parameter Event is not valid. Reason: it is no JSON object.");
  for (auto member : {"id", "account", "source", "time", "region", "resources", "detail-type"}) {
    if (event.get_object().contains(member)) continue;
    return validation_error(cat("Parameter Event is not valid. Reason: it has no member \"", member, "\"."));
  }
  TestEventPatternResponse out;
  out.result = matches(pattern, event);
  return out;
}

}  // namespace roadstead::events
