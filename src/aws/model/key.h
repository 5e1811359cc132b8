// How the members of a row become the text of a key, so that keys sort the way their values do. Pure; any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time/time.h"

namespace roadstead {

inline void append_key(std::string& key, std::string_view value) { key.append(value); }

/// Twenty digits; a negative number is '-' and its distance from the least one, so that it sorts below the others.
template <std::signed_integral Number>
void append_key(std::string& key, Number value) {
  constexpr std::uint64_t lowest = std::uint64_t{1} << 63;
  auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  std::string digits = std::to_string(value < 0 ? bits - lowest : bits);
  if (value < 0) key.push_back('-');
  key.append(20 - digits.size(), '0').append(digits);
}

inline void append_key(std::string& key, bool value) { key.push_back(value ? '1' : '0'); }

inline void append_key(std::string& key, Instant value) { append_key(key, value.micros); }

/// An enumeration goes by its wire value.
template <class E>
  requires std::is_enum_v<E>
void append_key(std::string& key, E value) {
  key.append(to_string(value));
}

}  // namespace roadstead
