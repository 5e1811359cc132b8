// Hostile filter patterns and messages, parted by the first newline: nothing may crash or take long.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/logs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto newline = text.find('\n');
  auto pattern = roadstead::logs::parse_filter_pattern(text.substr(0, newline));
  if (!pattern) return 0;
  auto message = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
  bool wanted = pattern->matches(message);
  if (pattern->matches_all() && !wanted) std::abort();
  return 0;
}
