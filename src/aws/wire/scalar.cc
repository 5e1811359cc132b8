#include "aws/wire/scalar.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "aws/wire/json_text.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

std::optional<double> parse_double(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

/// Assigns the value when there is one, and says whether there was.
template <class T, class Parsed>
bool assign(void* value, const std::optional<Parsed>& parsed) {
  if (!parsed) return false;
  *static_cast<T*>(value) = *parsed;
  return true;
}

}  // namespace

std::optional<Instant> instant_from_seconds(double seconds) {
  constexpr double limit = 9e11;  // the year 30,000, far inside what an Instant holds
  if (!(seconds > -limit && seconds < limit)) return std::nullopt;
  return Instant{static_cast<std::int64_t>(std::llround(seconds * 1e6))};
}

std::optional<Instant> parse_timestamp(std::string_view text) {
  if (auto number = parse_double(text)) return instant_from_seconds(*number);
  if (auto at = parse_iso8601(text)) return at;
  return parse_http_date(text);
}

bool scalar_from_text(const Type& type, std::string_view text, void* value) {
  switch (type.kind) {
    case Kind::boolean:
      if (text != "true" && text != "false") return false;
      *static_cast<bool*>(value) = text == "true";
      return true;
    case Kind::integer:
      return assign<std::int32_t>(value, to_number<std::int32_t>(text));
    case Kind::long_integer:
      return assign<std::int64_t>(value, to_number<std::int64_t>(text));
    case Kind::floating:
      return assign<double>(value, parse_double(text));
    case Kind::timestamp:
      return assign<Instant>(value, parse_timestamp(text));
    case Kind::blob:
      return assign<std::string>(value, from_base64(text));
    default:
      return false;
  }
}

std::string scalar_to_text(const Type& type, TimestampFormat format, TimestampFormat fallback, const void* value) {
  switch (type.kind) {
    case Kind::boolean:
      return *static_cast<const bool*>(value) ? "true" : "false";
    case Kind::integer:
      return std::to_string(*static_cast<const std::int32_t*>(value));
    case Kind::long_integer:
      return std::to_string(*static_cast<const std::int64_t*>(value));
    case Kind::floating: {
      std::string out;
      append_json_double(out, *static_cast<const double*>(value));
      return out.starts_with('"') ? out.substr(1, out.size() - 2) : out;
    }
    case Kind::blob:
      return to_base64(*static_cast<const std::string*>(value));
    case Kind::enumeration: {
      int index = 0;
      std::memcpy(&index, value, sizeof index);
      return std::string(wire_value(type.values, index));
    }
    case Kind::timestamp: {
      Instant at = *static_cast<const Instant*>(value);
      if (format == TimestampFormat::by_protocol) format = type.timestamp_format;
      if (format == TimestampFormat::by_protocol) format = fallback;
      std::string out;
      if (format == TimestampFormat::date_time) return format_iso8601(at, at.micros % 1'000'000 != 0);
      if (format == TimestampFormat::http_date) return format_http_date(at);
      append_epoch_seconds(out, at);
      return out;
    }
    default:
      return *static_cast<const std::string*>(value);
  }
}

}  // namespace roadstead
