#include "aws/wire/json_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/data/encode.h"

namespace roadstead {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      constexpr std::string_view digits = "0123456789abcdef";
      out.append("\\u00");
      out.push_back(digits[c >> 4]);
      out.push_back(digits[c & 15]);
  }
}

/// The length of the well-formed UTF-8 character at the start of `text`, or 0.
std::size_t utf8_length(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length || !is_utf8(text.substr(0, length))) return 0;
  return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t done = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80 && !needs_escape(c)) {
      ++i;
      continue;
    }
    std::size_t length = c < 0x80 ? 0 : utf8_length(text.substr(i));
    if (length > 0) {
      i += length;
      continue;
    }
    out.append(text, done, i - done);
    if (c < 0x80) {
      append_escape(out, c);
    } else {
      out.append(replacement);
    }
    done = ++i;
  }
  out.append(text, done, text.size() - done);
  out.push_back('"');
}

void append_json_double(std::string& out, double number) {
  if (std::isnan(number)) {
    out.append("\"NaN\"");
    return;
  }
  if (std::isinf(number)) {
    out.append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  }
  char buffer[40];
  if (number == std::floor(number) && std::fabs(number) < 1e15) {
    auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(number)).ptr;
    out.append(buffer, end).append(".0");
    return;
  }
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

void append_epoch_seconds(std::string& out, Instant at) {
  std::int64_t millis = at.micros >= 0 ? at.micros / 1000 : -((-(at.micros + 1)) / 1000) - 1;
  if (millis < 0) {
    out.push_back('-');
    millis = -millis;
  }
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, millis / 1000).ptr);
  auto fraction = static_cast<int>(millis % 1000);
  if (fraction == 0) return;
  char digits[4] = {'.', static_cast<char>('0' + fraction / 100), static_cast<char>('0' + fraction / 10 % 10),
                    static_cast<char>('0' + fraction % 10)};
  std::size_t size = 4;
  while (digits[size - 1] == '0') --size;
  out.append(digits, size);
}

}  // namespace roadstead
