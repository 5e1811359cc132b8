#include "base/text/ip_address.h"

#include <algorithm>
#include <optional>

#include "base/text/text.h"

namespace roadstead {

namespace {

bool is_hex_group(std::string_view group) {
  auto is_hex = [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
  };
  return !group.empty() && group.size() <= 4 && std::ranges::all_of(group, is_hex);
}

/// How many groups "a:b:c" has; nothing when one of them is none. An empty text has none.
std::optional<std::size_t> groups_in(std::string_view text) {
  if (text.empty()) return 0;
  auto groups = split(text, ':');
  if (!std::ranges::all_of(groups, is_hex_group)) return std::nullopt;
  return groups.size();
}

}  // namespace

bool is_ipv4(std::string_view text) {
  auto numbers = split(text, '.');
  return numbers.size() == 4 && std::ranges::all_of(numbers, [](std::string_view number) {
    bool plain = number.size() == 1 || (number.size() <= 3 && number.front() != '0');
    auto value = to_number<int>(number);
    return plain && value && *value >= 0 && *value <= 255;
  });
}

bool is_ipv6(std::string_view text) {
  auto gap = text.find("::");
  if (gap == std::string_view::npos) return groups_in(text) == 8U;
  auto before = groups_in(text.substr(0, gap));
  auto after = groups_in(text.substr(gap + 2));
  return before && after && *before + *after < 8;
}

}  // namespace roadstead
