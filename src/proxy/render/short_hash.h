// A short name for a text: eight hexadecimal digits (FNV-1a). Not for secrets; cheap enough to take again and again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roadstead {

inline std::string short_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  auto folded = static_cast<std::uint32_t>(hash ^ (hash >> 32));
  std::string out(8, '0');
  for (std::size_t i = 8; i-- > 0; folded >>= 4) out[i] = "0123456789abcdef"[folded & 15];
  return out;
}

}  // namespace roadstead
