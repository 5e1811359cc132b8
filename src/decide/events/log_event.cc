#include "decide/events/log_event.h"

#include <boost/json.hpp>
#include <optional>

namespace roadstead {

namespace json = boost::json;

namespace {

std::optional<Instant> time_of(const json::value& value) {
  if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() < 1'000'000'000'000'000) return Instant::from_millis(value.get_int64());
  if (!value.is_string()) return std::nullopt;
  return parse_iso8601({value.get_string().data(), value.get_string().size()});
}

}  // namespace

TargetLogEvent log_event_of(std::string_view input, Instant at) {
  TargetLogEvent whole{at, std::string(input)};
  json::error_code problem;
  auto document = json::parse({input.data(), input.size()}, problem);
  if (problem || !document.is_object() || document.get_object().size() != 2) return whole;
  const auto* timestamp = document.get_object().if_contains("timestamp");
  const auto* message = document.get_object().if_contains("message");
  auto time = timestamp == nullptr ? std::nullopt : time_of(*timestamp);
  if (message == nullptr || !time) return whole;
  return {*time, message->is_string() ? std::string(message->get_string()) : json::serialize(*message)};
}

}  // namespace roadstead
