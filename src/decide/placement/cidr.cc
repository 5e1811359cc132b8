#include "decide/placement/cidr.h"

#include "base/text/text.h"

namespace roadstead {

std::optional<std::uint32_t> parse_address(std::string_view text) {
  auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (auto part : parts) {
    auto number = to_number<std::uint32_t>(part);
    if (!number || *number > 255 || part.size() > 3) return std::nullopt;
    address = address << 8 | *number;
  }
  return address;
}

std::string format_address(std::uint32_t address) {
  return cat(address >> 24, '.', address >> 16 & 255, '.', address >> 8 & 255, '.', address & 255);
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto address = parse_address(text.substr(0, slash));
  auto prefix = to_number<int>(text.substr(slash + 1));
  if (!address || !prefix || *prefix < 1 || *prefix > 32) return std::nullopt;
  auto mask = ~std::uint32_t{0} << (32 - *prefix);
  return Cidr{*address & mask, *prefix};
}

}  // namespace roadstead
