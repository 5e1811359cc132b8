// IPv4 addresses and blocks as numbers. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roadstead {

/// A block of addresses: "10.0.0.0/16". Host bits of `address` are zero.
struct Cidr {
  std::uint32_t address = 0;
  int prefix = 32;

  /// Number of addresses in the block.
  std::uint64_t size() const { return std::uint64_t{1} << (32 - prefix); }
};

std::optional<std::uint32_t> parse_address(std::string_view text);
std::string format_address(std::uint32_t address);
std::optional<Cidr> parse_cidr(std::string_view text);

}  // namespace roadstead
