#include "agent/sandbox/address.h"

#include "base/text/text.h"

namespace roadstead {
namespace {

Error invalid(std::string_view text, std::string_view what) {
  return Error{"InvalidNetwork", cat("\"", text, "\" is not ", what)};
}

constexpr std::uint32_t mask_of(int prefix) { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }

}  // namespace

bool Ipv4Range::contains(Ipv4 address) const { return (address.bits & mask_of(prefix)) == network.bits; }

Result<Ipv4> parse_ipv4(std::string_view text) {
  auto pieces = split(text, '.');
  if (pieces.size() != 4) return invalid(text, "an IPv4 address");
  Ipv4 address;
  for (auto piece : pieces) {
    auto number = to_number<std::uint8_t>(piece);
    if (!number || piece.size() > 3) return invalid(text, "an IPv4 address");
    address.bits = address.bits << 8 | *number;
  }
  return address;
}

std::string to_string(Ipv4 address) {
  return cat(address.bits >> 24, '.', address.bits >> 16 & 255, '.', address.bits >> 8 & 255, '.', address.bits & 255);
}

std::string wire_bytes(Ipv4 address) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(address.bits >> shift & 255));
  return bytes;
}

Result<Ipv4Range> parse_ipv4_range(std::string_view text) {
  auto slash = text.find('/');
  auto address = TRY(parse_ipv4(text.substr(0, slash)));
  if (slash == std::string_view::npos) return Ipv4Range{address, 32};
  auto prefix = to_number<int>(text.substr(slash + 1));
  if (!prefix || *prefix < 0 || *prefix > 32) return invalid(text, "an IPv4 range");
  return Ipv4Range{Ipv4{address.bits & mask_of(*prefix)}, *prefix};
}

std::string to_string(const Ipv4Range& range) { return cat(to_string(range.network), '/', range.prefix); }

Result<Mac> parse_mac(std::string_view text) {
  auto pieces = split(text, ':');
  if (pieces.size() != 6) return invalid(text, "a MAC address");
  Mac mac;
  for (std::size_t i = 0; i < 6; ++i) {
    unsigned number = 0;
    auto piece = pieces[i];
    auto [end, problem] = std::from_chars(piece.data(), piece.data() + piece.size(), number, 16);
    if (piece.size() != 2 || problem != std::errc{} || end != piece.data() + piece.size()) {
      return invalid(text, "a MAC address");
    }
    mac.bytes[i] = static_cast<std::uint8_t>(number);
  }
  if ((mac.bytes[0] & 1) != 0) return invalid(text, "the MAC address of one interface");
  return mac;
}

std::string to_string(const Mac& mac) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto byte : mac.bytes) {
    if (!text.empty()) text.push_back(':');
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

Mac mac_of(Ipv4 address) {
  auto b = address.bits;
  return {{0x02, 0x52, static_cast<std::uint8_t>(b >> 24), static_cast<std::uint8_t>(b >> 16),
           static_cast<std::uint8_t>(b >> 8), static_cast<std::uint8_t>(b)}};
}

}  // namespace roadstead
