#include "base/time/time.h"

#include <array>
#include <cstdio>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::array<std::string_view, 7> day_names{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
constexpr std::array<std::string_view, 12> month_names{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

struct CivilTime {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  std::int64_t second_of_day = 0;
  std::int64_t micros = 0;
  std::int64_t days = 0;
};

CivilTime civil(Instant at) {
  using namespace std::chrono;
  sys_time<microseconds> point{microseconds(at.micros)};
  auto day = floor<days>(point);
  year_month_day date{day};
  auto rest = point - day;
  return {
      int(date.year()),
      unsigned(date.month()),
      unsigned(date.day()),
      duration_cast<seconds>(rest).count(),
      (rest - duration_cast<seconds>(rest)).count(),
      day.time_since_epoch().count()
  };
}

std::optional<Instant> instant_of(int year, unsigned month, unsigned day, int hour, int minute, int second) {
  using namespace std::chrono;
  year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  auto point = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  return Instant{duration_cast<microseconds>(point.time_since_epoch()).count()};
}

/// Takes `count` digits off the front of `text`; -1 when they are not all digits.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  auto number = to_number<int>(text.substr(0, count));
  if (!number || text[0] == '-') return -1;
  text.remove_prefix(count);
  return *number;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::int64_t take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  std::int64_t micros = 0;
  int digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < 6) micros = micros * 10 + (text[0] - '0');
  }
  for (; digits < 6; ++digits) micros *= 10;
  return micros;
}

/// The offset of a zone suffix in minutes, or nothing when it is not one.
std::optional<int> take_zone(std::string_view& text) {
  if (take(text, "Z")) return 0;
  bool negative = text.starts_with('-');
  if (!take(text, "+") && !take(text, "-")) return std::nullopt;
  int hours = take_digits(text, 2);
  take(text, ":");
  int minutes = take_digits(text, 2);
  if (hours < 0 || minutes < 0) return std::nullopt;
  return (negative ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::string format_iso8601(Instant at, bool with_millis) {
  auto time = civil(at);
  char buffer[80];
  auto second = static_cast<int>(time.second_of_day);
  auto size = std::snprintf(
      buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", time.year, time.month, time.day, second / 3600,
      second / 60 % 60, second % 60
  );
  std::string out(buffer, static_cast<std::size_t>(size));
  if (with_millis) {
    size = std::snprintf(buffer, sizeof buffer, ".%03d", static_cast<int>(time.micros / 1000));
    out.append(buffer, static_cast<std::size_t>(size));
  }
  return out + "Z";
}

std::string format_basic_iso8601(Instant at) {
  std::string out;
  for (char c : format_iso8601(at)) {
    if (c != '-' && c != ':') out.push_back(c);
  }
  return out;
}

std::string format_http_date(Instant at) {
  auto time = civil(at);
  auto second = static_cast<int>(time.second_of_day);
  auto weekday = static_cast<std::size_t>((time.days % 7 + 7) % 7);
  char buffer[80];
  auto size = std::snprintf(
      buffer, sizeof buffer, "%s, %02u %s %04d %02d:%02d:%02d GMT", day_names[weekday].data(), time.day,
      month_names[time.month - 1].data(), time.year, second / 3600, second / 60 % 60, second % 60
  );
  return std::string(buffer, static_cast<std::size_t>(size));
}

std::optional<Instant> parse_iso8601(std::string_view text) {
  int year = take_digits(text, 4);
  bool extended = take(text, "-");
  int month = take_digits(text, 2);
  if (extended && !take(text, "-")) return std::nullopt;
  int day = take_digits(text, 2);
  if (!take(text, "T") && !take(text, " ")) return std::nullopt;
  int hour = take_digits(text, 2);
  if (extended && !take(text, ":")) return std::nullopt;
  int minute = take_digits(text, 2);
  if (extended && !take(text, ":")) return std::nullopt;
  int second = take_digits(text, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  auto at = instant_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day), hour, minute, second);
  if (!at) return std::nullopt;
  auto fraction = take_fraction(text);
  auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return *at + Duration(fraction) - std::chrono::minutes(*zone);
}

std::optional<Instant> parse_http_date(std::string_view text) {
  auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  text.remove_prefix(comma + 2);
  int day = take_digits(text, 2);
  if (!take(text, " ") || text.size() < 4) return std::nullopt;
  unsigned month = 0;
  for (unsigned i = 0; i < month_names.size(); ++i) {
    if (text.starts_with(month_names[i])) month = i + 1;
  }
  text.remove_prefix(3);
  if (!take(text, " ")) return std::nullopt;
  int year = take_digits(text, 4);
  take(text, " ");
  int hour = take_digits(text, 2);
  take(text, ":");
  int minute = take_digits(text, 2);
  take(text, ":");
  int second = take_digits(text, 2);
  if (text != " GMT" || month == 0 || day < 0 || year < 0) return std::nullopt;
  return instant_of(year, month, static_cast<unsigned>(day), hour, minute, second);
}

}  // namespace roadstead
