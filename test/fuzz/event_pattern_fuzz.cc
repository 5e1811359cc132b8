// Hostile event patterns and events, parted by the first newline: nothing may crash or take long.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decide/events/event_input.h"
#include "decide/events/event_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto newline = text.find('\n');
  auto first = text.substr(0, newline);
  auto second = newline == std::string_view::npos ? std::string_view("{}") : text.substr(newline + 1);
  boost::json::error_code problem;
  auto event = boost::json::parse({second.data(), second.size()}, problem);
  if (problem) event = boost::json::object();
  auto pattern = roadstead::parse_event_pattern(first);
  if (pattern) static_cast<void>(roadstead::matches(*pattern, event));
  roadstead::events::Target target{.id = "1", .arn = "arn"};
  target.input_path = std::string(first);
  if (roadstead::check_input(target)) static_cast<void>(roadstead::input_of(target, event, {}));
  target.input_path.reset();
  target.input_transformer = {.input_paths_map = {{{"a", "$.a"}}}, .input_template = std::string(first)};
  static_cast<void>(roadstead::input_of(target, event, {}));
  return 0;
}
