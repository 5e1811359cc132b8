// Small string functions: concatenation, splitting, trimming, case, numbers. ASCII only, no locale. Any thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roadstead {

namespace text_detail {

inline void append(std::string& out, std::string_view piece) { out.append(piece); }

inline void append(std::string& out, char piece) { out.push_back(piece); }

template <std::integral T>
  requires(!std::same_as<T, bool>)
void append(std::string& out, T number) {
  char buffer[24];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

void append(std::string& out, double number);

}  // namespace text_detail

/// Joins strings, characters and numbers into one string: `cat("(service ", name, ") has started ", 3)`.
template <class... Pieces>
std::string cat(const Pieces&... pieces) {
  std::string out;
  (text_detail::append(out, pieces), ...);
  return out;
}

/// The pieces of `text` between separators; an empty text has one empty piece. The views live as long as `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

/// `text` without white space at both ends.
std::string_view trim(std::string_view text);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

/// Whether two texts are equal when A-Z count as a-z.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// `pieces` with `separator` between them.
std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// `text` with every `from` turned into `to`.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// The whole of `text` as a decimal number, or nothing.
template <std::integral T>
std::optional<T> to_number(std::string_view text) {
  T number{};
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace roadstead
