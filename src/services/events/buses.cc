#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "decide/secrets/page.h"
#include "decide/tags/resource_tags.h"
#include "services/events/names.h"
#include "services/events/operations.h"

namespace roadstead::events {

namespace {

EventBus render_bus(const EventBusRow& row) {
  EventBus out;
  out.name = row.bus_name;
  out.arn = row.bus_arn;
  out.description = row.description;
  out.creation_time = row.created_at;
  out.last_modified_time = row.last_modified_at;
  return out;
}

EventBusRow default_bus(const Caller& who) {
  return {.bus_name = std::string(default_event_bus), .bus_arn = bus_arn(who, default_event_bus)};
}

EventBusRow row_of(const Reader& rows, const Caller& who, const std::string& name) {
  auto row = rows.find<EventBusRow>(name);
  return row ? *row : default_bus(who);
}

Error not_here(std::string_view member) {
  return validation_error(cat("Roadstead does not have ", member, " of event buses. Leave it out."));
}

}  // namespace

Result<CreateEventBusResponse> create_event_bus(Tx& tx, const Caller& who, const CreateEventBusRequest& in) {
  if (in.name == default_event_bus || tx.contains<EventBusRow>(in.name)) {
    return Error{"ResourceAlreadyExistsException", cat("Event bus ", in.name, " already exists.")};
  }
  if (in.name.find('/') != std::string::npos) return validation_error("Event bus name must not contain '/'.");
  if (in.event_source_name) return not_here("EventSourceName");
  if (in.kms_key_identifier) return not_here("KmsKeyIdentifier");
  if (in.dead_letter_config) return not_here("DeadLetterConfig");
  EventBusRow row{.bus_name = in.name, .bus_arn = bus_arn(who, in.name), .description = in.description};
  row.created_at = tx.now();
  row.last_modified_at = tx.now();
  if (in.tags) TRY(add_tags(tx, row.bus_arn, *in.tags));
  CreateEventBusResponse out;
  out.event_bus_arn = row.bus_arn;
  out.description = row.description;
  tx.put(std::move(row));
  return out;
}

Result<Done> delete_event_bus(Tx& tx, const Caller&, const DeleteEventBusRequest& in) {
  if (in.name == default_event_bus) return validation_error("Cannot delete event bus default.");
  auto row = tx.find<EventBusRow>(in.name);
  if (row == nullptr) return Done{};
  if (tx.count(EventRuleRowIndex::by_bus, in.name) > 0) {
    return validation_error(cat("Event bus ", in.name, " can't be deleted since it has rules. Delete them first."));
  }
  write_resource_tags(tx, row->bus_arn, {});
  tx.erase<EventBusRow>(in.name);
  return Done{};
}

Result<DescribeEventBusResponse> describe_event_bus(Tx& tx, const Caller& who, const DescribeEventBusRequest& in) {
  auto row = row_of(tx, who, TRY(find_bus(tx, in.name)));
  DescribeEventBusResponse out;
  out.name = row.bus_name;
  out.arn = row.bus_arn;
  out.description = row.description;
  out.creation_time = row.created_at;
  out.last_modified_time = row.last_modified_at;
  return out;
}

Result<ListEventBusesResponse> list_event_buses(Tx& tx, const Caller& who, const ListEventBusesRequest& in) {
  std::vector<EventBus> found;
  auto take = [&](const EventBusRow& row) {
    if (row.bus_name.starts_with(in.name_prefix.value_or(""))) found.push_back(render_bus(row));
  };
  take(default_bus(who));
  tx.for_each<EventBusRow>(take);
  auto key = [](const EventBus& bus) { return *bus.name; };
  std::ranges::sort(found, {}, key);
  PageRequest wanted{.filters = cat("buses ", in.name_prefix.value_or("")), .token = in.next_token, .size = page_size_of(in.limit)};
  auto page = page_of(std::move(found), key, wanted);
  if (!page) return invalid_token();
  ListEventBusesResponse out;
  out.event_buses = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

Result<UpdateEventBusResponse> update_event_bus(Tx& tx, const Caller& who, const UpdateEventBusRequest& in) {
  auto name = TRY(find_bus(tx, in.name));
  if (in.kms_key_identifier) return not_here("KmsKeyIdentifier");
  if (in.dead_letter_config) return not_here("DeadLetterConfig");
  if (name == default_event_bus && in.description) return validation_error("The default event bus has no description.");
  tx.update<EventBusRow>(name, [&](EventBusRow& row) {
    row.description = in.description;
    row.last_modified_at = tx.now();
  });
  auto row = row_of(tx, who, name);
  UpdateEventBusResponse out;
  out.arn = row.bus_arn;
  out.name = row.bus_name;
  out.description = row.description;
  return out;
}

}  // namespace roadstead::events
