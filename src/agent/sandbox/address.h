// IPv4 addresses, ranges and MAC addresses as values: read, written, compared. Pure; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

/// An IPv4 address; `bits` in the machine's order, 10.0.0.1 is 0x0a000001.
struct Ipv4 {
  std::uint32_t bits = 0;

  auto operator<=>(const Ipv4&) const = default;
};

/// A range such as 10.0.0.0/16; bits of `network` beyond `prefix` are zero.
struct Ipv4Range {
  Ipv4 network = {};
  int prefix = 32;

  bool contains(Ipv4 address) const;
  std::uint64_t size() const { return std::uint64_t{1} << (32 - prefix); }
  bool operator==(const Ipv4Range&) const = default;
};

/// Six bytes as they travel.
struct Mac {
  std::uint8_t bytes[6] = {};

  bool operator==(const Mac&) const = default;
};

/// Reads "10.0.0.1". Errors: InvalidNetwork.
Result<Ipv4> parse_ipv4(std::string_view text);
std::string to_string(Ipv4 address);

/// The four bytes as they travel.
std::string wire_bytes(Ipv4 address);

/// Reads "10.0.0.0/16"; host bits are cleared, and an address alone is a range of one. Errors: InvalidNetwork.
Result<Ipv4Range> parse_ipv4_range(std::string_view text);
std::string to_string(const Ipv4Range& range);

/// Reads "02:52:0a:00:01:05". Errors: InvalidNetwork, also for multicast addresses.
Result<Mac> parse_mac(std::string_view text);
std::string to_string(const Mac& mac);

/// The MAC address of a task that was given none: locally administered, then the four bytes of its address.
Mac mac_of(Ipv4 address);

}  // namespace roadstead
