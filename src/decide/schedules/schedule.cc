#include "decide/schedules/schedule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t micros_a_second = 1'000'000;
constexpr std::int64_t most_periods = 1'000'000;

Error invalid(std::string why) { return {"ValidationException", std::move(why)}; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (auto word : split(text, ' ')) {
    if (!trim(word).empty()) words.push_back(trim(word));
  }
  return words;
}

Result<Schedule> parse_rate(std::string_view inside) {
  auto words = words_of(inside);
  auto value = words.size() == 2 ? to_number<std::int64_t>(words[0]) : std::nullopt;
  if (!value || *value < 1 || *value > most_periods) return invalid("A rate is a positive number and a unit: rate(5 minutes).");
  auto unit = words[1];
  bool plural = unit.ends_with('s');
  if (plural != (*value > 1)) return invalid("The unit of a rate is singular for 1 and plural for more: rate(1 hour), rate(2 hours).");
  if (plural) unit.remove_suffix(1);
  using namespace std::chrono;
  if (unit == "minute") return Schedule(RateSchedule{minutes(*value)});
  if (unit == "hour") return Schedule(RateSchedule{hours(*value)});
  if (unit == "day") return Schedule(RateSchedule{hours(24 * *value)});
  return invalid("The units of a rate are minutes, hours and days.");
}

Result<Schedule> parse_at(std::string_view inside) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  bool fits = inside.size() == form.size();
  for (std::size_t index = 0; fits && index < form.size(); ++index) {
    bool digit = inside[index] >= '0' && inside[index] <= '9';
    fits = form[index] == '0' ? digit : inside[index] == form[index];
  }
  auto at = fits ? parse_iso8601(cat(inside, 'Z')) : std::nullopt;
  // A day that a month does not have may have been carried over into the next one.
  if (!at || format_iso8601(*at) != cat(inside, 'Z')) return invalid("A single time is a date and a time of day: at(2026-12-01T10:00:00).");
  return Schedule(AtSchedule{at->micros / micros_a_second});
}

// ── the fields of cron ──

constexpr std::array<std::string_view, 12> month_names = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> weekday_names = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

/// What one field may hold; names stand for numbers from `first` on.
struct Field {
  std::string_view name;
  int first = 0;
  int last = 0;
  std::span<const std::string_view> names = {};
};

constexpr Field minutes_field{"minutes", 0, 59};
constexpr Field hours_field{"hours", 0, 23};
constexpr Field days_field{"day of month", 1, 31};
constexpr Field months_field{"month", 1, 12, month_names};
constexpr Field weekdays_field{"day of week", 1, 7, weekday_names};
constexpr Field years_field{"year", first_cron_year, last_cron_year};

Error out_of_field(const Field& field, std::string_view text) {
  return invalid(cat("\"", text, "\" is no value of the field ", field.name, ", which goes from ", field.first, " to ", field.last, '.'));
}

std::optional<int> value_of(const Field& field, std::string_view text) {
  for (std::size_t index = 0; index < field.names.size(); ++index) {
    if (equal_ignoring_case(field.names[index], text)) return field.first + static_cast<int>(index);
  }
  auto number = to_number<int>(text);
  if (!number || *number < field.first || *number > field.last) return std::nullopt;
  return number;
}

/// One piece of a list: *, 5, 1-5, each perhaps with /2. Gives every value to `add`; a range may go over the end, as in
/// FRI-MON.
template <class Add>
Status read_piece(const Field& field, std::string_view piece, Add add) {
  auto slash = piece.find('/');
  auto range = piece.substr(0, slash);
  auto dash = range.find('-');
  std::optional<int> from = field.first;
  std::optional<int> to = field.last;
  if (range != "*") {
    from = value_of(field, range.substr(0, dash));
    if (dash != std::string_view::npos) to = value_of(field, range.substr(dash + 1));
    if (dash == std::string_view::npos && slash == std::string_view::npos) to = from;
  }
  int step = 1;
  if (slash != std::string_view::npos) {
    step = to_number<int>(piece.substr(slash + 1)).value_or(0);
    if (step < 1 || step > field.last) return out_of_field(field, piece);
  }
  if (!from || !to) return out_of_field(field, piece);
  int size = field.last - field.first + 1;
  if (*to < *from && &field == &years_field) return out_of_field(field, piece);
  int count = *to < *from ? *to + size - *from : *to - *from;
  for (int ahead = 0; ahead <= count; ahead += step) add(field.first + (*from - field.first + ahead) % size);
  return Done{};
}

template <class Add>
Status read_list(const Field& field, std::string_view text, Add add) {
  for (auto piece : split(text, ',')) TRY(read_piece(field, piece, add));
  return Done{};
}

std::size_t as_index(int number) { return static_cast<std::size_t>(number); }

Status read_days_of_month(std::string_view text, CronDays& out) {
  if (equal_ignoring_case(text, "L")) {
    out.last_day = true;
  } else if (equal_ignoring_case(text, "LW")) {
    out.last_working_day = true;
  } else if (text.size() > 1 && (text.ends_with('W') || text.ends_with('w'))) {
    out.near_day = value_of(days_field, text.substr(0, text.size() - 1));
    if (!out.near_day) return out_of_field(days_field, text);
  } else {
    return read_list(days_field, text, [&](int day) { out.days.set(as_index(day)); });
  }
  return Done{};
}

Status read_days_of_week(std::string_view text, CronDays& out) {
  out.by_weekday = true;
  if (equal_ignoring_case(text, "L")) {
    out.weekdays.set(6);
    return Done{};
  }
  auto hash = text.find('#');
  bool last = text.size() > 1 && (text.ends_with('L') || text.ends_with('l'));
  if (hash == std::string_view::npos && !last) {
    return read_list(weekdays_field, text, [&](int day) { out.weekdays.set(as_index(day - 1)); });
  }
  auto day = value_of(weekdays_field, last ? text.substr(0, text.size() - 1) : text.substr(0, hash));
  auto nth = last ? 0 : to_number<int>(text.substr(hash + 1)).value_or(0);
  if (!day || (!last && (nth < 1 || nth > 5))) return out_of_field(weekdays_field, text);
  out.nth = CronDays::Nth{*day - 1, nth};
  return Done{};
}

Result<Schedule> parse_cron(std::string_view inside) {
  auto fields = words_of(inside);
  if (fields.size() != 6) {
    return invalid("A cron expression has six fields: minutes, hours, day of month, month, day of week, year.");
  }
  if ((fields[2] == "?") == (fields[4] == "?")) {
    return invalid("One of the fields day of month and day of week must be ?, and only one.");
  }
  CronSchedule out;
  TRY(read_list(minutes_field, fields[0], [&](int minute) { out.minutes.set(as_index(minute)); }));
  TRY(read_list(hours_field, fields[1], [&](int hour) { out.hours.set(as_index(hour)); }));
  TRY(fields[2] == "?" ? read_days_of_week(fields[4], out.days) : read_days_of_month(fields[2], out.days));
  TRY(read_list(months_field, fields[3], [&](int month) { out.months.set(as_index(month)); }));
  TRY(read_list(years_field, fields[5], [&](int year) { out.years.set(as_index(year - first_cron_year)); }));
  return Schedule(out);
}

// ── when ──

using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year_month;

std::chrono::days days_of(int count) { return std::chrono::days(count); }

bool is_working_day(sys_days day) {
  auto number = weekday(day).c_encoding();
  return number != 0 && number != 6;
}

/// The working day nearest to `wanted` without leaving its month.
sys_days nearest_working_day(sys_days wanted, sys_days first, sys_days last) {
  for (int distance : {0, -1, 1, -2, 2}) {
    auto day = wanted + days_of(distance);
    if (day >= first && day <= last && is_working_day(day)) return day;
  }
  return wanted;
}

std::bitset<32> days_in(const CronDays& rule, year_month month) {
  using namespace std::chrono;
  sys_days first(month / 1);
  sys_days end(month / last);
  int count = static_cast<int>((end - first).count()) + 1;
  std::bitset<32> out;
  auto add = [&](sys_days day) { out.set(as_index(static_cast<int>((day - first).count()) + 1)); };
  if (rule.last_day) add(end);
  if (rule.last_working_day) add(nearest_working_day(end, first, end));
  if (rule.near_day && *rule.near_day <= count) add(nearest_working_day(first + days_of(*rule.near_day - 1), first, end));
  if (rule.nth) {
    auto first_weekday = static_cast<int>(weekday(first).c_encoding());
    int day = 1 + (rule.nth->weekday - first_weekday + 7) % 7 + 7 * std::max(rule.nth->nth - 1, 0);
    while (rule.nth->nth == 0 && day + 7 <= count) day += 7;
    if (day <= count) out.set(as_index(day));
  }
  for (int day = 1; day <= count; ++day) {
    bool fits = rule.by_weekday ? rule.weekdays[weekday(first + days_of(day - 1)).c_encoding()] : rule.days[as_index(day)];
    if (fits) out.set(as_index(day));
  }
  return out;
}

/// The first time of a day after `after`, which begins at `wall_midnight` on the wall.
std::optional<std::int64_t> time_in_day(const CronSchedule& cron, const TimeZone& zone, std::int64_t wall_midnight, Instant after) {
  for (int hour = 0; hour < 24; ++hour) {
    if (!cron.hours[as_index(hour)]) continue;
    for (int minute = 0; minute < 60; ++minute) {
      if (!cron.minutes[as_index(minute)]) continue;
      auto utc = zone.to_utc(wall_midnight + hour * 3600 + minute * 60);
      if (utc && *utc * micros_a_second > after.micros) return utc;
    }
  }
  return std::nullopt;
}

std::int64_t floor_seconds(Instant at) {
  auto seconds = at.micros / micros_a_second;
  return at.micros % micros_a_second < 0 ? seconds - 1 : seconds;
}

std::optional<Instant> next_of_cron(const CronSchedule& cron, const TimeZone& zone, Instant after) {
  using namespace std::chrono;
  auto utc = floor_seconds(after);
  auto wall = utc + zone.offset_at(utc);
  auto today = sys_days(days(wall >= 0 ? wall / day_seconds : (wall - day_seconds + 1) / day_seconds));
  today = std::max(today, sys_days(year(first_cron_year) / January / 1));
  year_month_day date(today);
  unsigned first_day = static_cast<unsigned>(date.day());
  for (year_month month = date.year() / date.month(); int(month.year()) <= last_cron_year; month += months(1), first_day = 1) {
    if (!cron.years[as_index(int(month.year()) - first_cron_year)] || !cron.months[unsigned(month.month())]) continue;
    auto wanted = days_in(cron.days, month);
    for (unsigned day = first_day; day <= 31; ++day) {
      if (!wanted[day]) continue;
      auto midnight = sys_days(month / std::chrono::day(day)).time_since_epoch().count() * day_seconds;
      if (auto found = time_in_day(cron, zone, midnight, after)) return Instant{*found * micros_a_second};
    }
  }
  return std::nullopt;
}

std::optional<Instant> next_of_rate(const RateSchedule& rate, Instant anchor, Instant after) {
  if (after < anchor) return anchor;
  auto passed = (after - anchor) / rate.period;
  return anchor + rate.period * (passed + 1);
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view expression) {
  auto inside = [&](std::string_view name) -> std::optional<std::string_view> {
    if (!expression.starts_with(name) || !expression.ends_with(')')) return std::nullopt;
    return expression.substr(name.size(), expression.size() - name.size() - 1);
  };
  if (auto rate = inside("rate(")) return parse_rate(*rate);
  if (auto cron = inside("cron(")) return parse_cron(*cron);
  if (auto at = inside("at(")) return parse_at(*at);
  return invalid("An expression is rate(…), cron(…) or at(…).");
}

std::optional<Instant> next_time(const Schedule& schedule, const TimeZone& zone, Instant anchor, Instant after) {
  if (const auto* rate = std::get_if<RateSchedule>(&schedule)) return next_of_rate(*rate, anchor, after);
  if (const auto* cron = std::get_if<CronSchedule>(&schedule)) return next_of_cron(*cron, zone, after);
  auto utc = zone.to_utc(std::get<AtSchedule>(schedule).wall_seconds);
  if (!utc || *utc * micros_a_second <= after.micros) return std::nullopt;
  return Instant{*utc * micros_a_second};
}

}  // namespace roadstead
