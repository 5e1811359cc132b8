#include "base/data/encode.h"

#include <array>
#include <cstdint>

namespace roadstead {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr auto base64_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64_digits.size(); ++i) {
    values[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Bytes that follow the lead byte of a UTF-8 sequence, or -1 when it cannot lead one.
int continuation_count(unsigned lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xc2 && lead <= 0xdf) return 1;
  if (lead >= 0xe0 && lead <= 0xef) return 2;
  if (lead >= 0xf0 && lead <= 0xf4) return 3;
  return -1;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(hex_digits[byte_at(bytes, i) >> 4]);
    out.push_back(hex_digits[byte_at(bytes, i) & 15]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto left = bytes.size() - i;
    unsigned word = byte_at(bytes, i) << 16;
    if (left > 1) word |= byte_at(bytes, i + 1) << 8;
    if (left > 2) word |= byte_at(bytes, i + 2);
    out.push_back(base64_digits[word >> 18]);
    out.push_back(base64_digits[(word >> 12) & 63]);
    out.push_back(left > 1 ? base64_digits[(word >> 6) & 63] : '=');
    out.push_back(left > 2 ? base64_digits[word & 63] : '=');
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned word = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_padding = i >= text.size() - padding;
    int value = is_padding ? 0 : base64_values[static_cast<unsigned char>(text[i])];
    if (value < 0) return std::nullopt;
    word = (word << 6) | static_cast<unsigned>(value);
    if (i % 4 != 3) continue;
    out.push_back(static_cast<char>((word >> 16) & 255));
    out.push_back(static_cast<char>((word >> 8) & 255));
    out.push_back(static_cast<char>(word & 255));
    word = 0;
  }
  out.resize(out.size() - padding);
  return out;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i]) || (keep_slash && text[i] == '/')) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back('%');
    out.push_back(upper_hex_digits[byte_at(text, i) >> 4]);
    out.push_back(upper_hex_digits[byte_at(text, i) & 15]);
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    unsigned lead = byte_at(bytes, i);
    int more = continuation_count(lead);
    if (more < 0 || i + static_cast<std::size_t>(more) >= bytes.size()) return false;
    for (int k = 1; k <= more; ++k) {
      if ((byte_at(bytes, i + static_cast<std::size_t>(k)) & 0xc0) != 0x80) return false;
    }
    unsigned second = more > 0 ? byte_at(bytes, i + 1) : 0;
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
    if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

}  // namespace roadstead
