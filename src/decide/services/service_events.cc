#include "decide/services/service_events.h"

#include "base/id/id.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

/// How many of the newest events are searched for what is to be said once.
constexpr std::int64_t looked_back = 20;

std::string event_key(const std::string& service_arn, std::int64_t sequence) {
  ServiceEventRow event;
  event.service_arn = service_arn;
  event.sequence = sequence;
  return RowTraits<ServiceEventRow>::key(event);
}

}  // namespace

void say(Tx& tx, const std::string& service_arn, const std::string& text) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service) return;
  auto message = cat("(service ", service->service_name, ") ", text);
  auto newest = tx.find<ServiceEventRow>(event_key(service_arn, service->next_event - 1));
  if (newest && newest->message == message) return;
  tx.put(ServiceEventRow{
      .service_arn = service_arn,
      .sequence = service->next_event,
      .event_id = new_uuid(tx.ids()),
      .created_at = tx.now(),
      .message = std::move(message),
  });
  tx.erase<ServiceEventRow>(event_key(service_arn, service->next_event - events_kept));
  tx.update<ServiceRow>(service_arn, [](ServiceRow& row) { ++row.next_event; });
}

void say_once(Tx& tx, const std::string& service_arn, const std::string& text, const std::string& rest) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service) return;
  auto begin = cat("(service ", service->service_name, ") ", text);
  for (auto number = service->next_event - 1; number >= 0 && number >= service->next_event - looked_back; --number) {
    auto event = tx.find<ServiceEventRow>(event_key(service_arn, number));
    if (event && event->message.starts_with(begin)) return;
  }
  say(tx, service_arn, text + rest);
}

std::string task_list_text(const std::vector<std::string>& task_ids) {
  std::string text;
  for (const auto& id : task_ids) text += cat(text.empty() ? "" : " ", "(task ", id, ')');
  return text;
}

}  // namespace roadstead
