#include "decide/schedules/time_zone.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::int64_t day_seconds = 86'400;

std::int64_t seconds_of_day(std::chrono::sys_days day) { return day.time_since_epoch().count() * day_seconds; }

/// The start of the day of a yearly change, as on the wall.
std::int64_t day_of_change(const YearlyChange& change, std::chrono::year year) {
  using namespace std::chrono;
  auto new_year = sys_days(year / January / 1);
  if (change.form == YearlyChange::Form::day_with_leap) return seconds_of_day(new_year + days(change.day));
  if (change.form == YearlyChange::Form::day_without_leap) {
    constexpr int last_of_february = 59;
    int skip = year.is_leap() && change.day > last_of_february ? 1 : 0;
    return seconds_of_day(new_year + days(change.day - 1 + skip));
  }
  auto at = year / month(static_cast<unsigned>(change.month));
  auto day = weekday(static_cast<unsigned>(change.day));
  if (change.week == 5) return seconds_of_day(sys_days(at / day[last]));
  return seconds_of_day(sys_days(at / day[static_cast<unsigned>(change.week)]));
}

std::int32_t offset_by_rule(const YearlyRule& rule, std::int64_t utc_seconds) {
  using namespace std::chrono;
  if (!rule.has_summer) return rule.standard;
  auto local = utc_seconds + rule.standard;
  auto day = local >= 0 ? local / day_seconds : (local - day_seconds + 1) / day_seconds;
  auto year = year_month_day(sys_days(days(day))).year();
  auto begin = day_of_change(rule.begin, year) + rule.begin.seconds - rule.standard;
  auto end = day_of_change(rule.end, year) + rule.end.seconds - rule.summer;
  bool summer = begin < end ? utc_seconds >= begin && utc_seconds < end : utc_seconds >= begin || utc_seconds < end;
  return summer ? rule.summer : rule.standard;
}

// ── the rule of the last line ──

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  std::optional<YearlyRule> read() {
    YearlyRule rule;
    if (!skip_name()) return std::nullopt;
    auto west = read_time();
    if (!west) return std::nullopt;
    rule.standard = -*west;
    if (rest_.empty()) return rule;
    if (!skip_name()) return std::nullopt;
    rule.has_summer = true;
    rule.summer = rule.standard + 3600;
    if (!rest_.starts_with(',')) {
      west = read_time();
      if (!west) return std::nullopt;
      rule.summer = -*west;
    }
    if (!read_change(rule.begin) || !read_change(rule.end) || !rest_.empty()) return std::nullopt;
    return rule;
  }

 private:
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool skip_name() {
    std::size_t size = 0;
    if (take('<')) {
      size = rest_.find('>');
      if (size == std::string_view::npos) return false;
      rest_.remove_prefix(size + 1);
      return size > 0;
    }
    auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    while (size < rest_.size() && is_letter(rest_[size])) ++size;
    rest_.remove_prefix(size);
    return size >= 3;
  }

  std::optional<int> read_number(int most) {
    int number = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < 3 && rest_[digits] >= '0' && rest_[digits] <= '9') {
      number = number * 10 + (rest_[digits++] - '0');
    }
    rest_.remove_prefix(digits);
    if (digits == 0 || number > most) return std::nullopt;
    return number;
  }

  /// [+-]hh[:mm[:ss]], in seconds.
  std::optional<std::int32_t> read_time() {
    bool negative = take('-');
    if (!negative) take('+');
    auto hours = read_number(167);
    if (!hours) return std::nullopt;
    std::int32_t seconds = *hours * 3600;
    for (std::int32_t unit : {60, 1}) {
      if (!take(':')) break;
      auto number = read_number(59);
      if (!number) return std::nullopt;
      seconds += *number * unit;
    }
    return negative ? -seconds : seconds;
  }

  bool read_day(YearlyChange& change) {
    auto within = [&](int& place, int least, int most) {
      auto number = read_number(most);
      place = number.value_or(0);
      return number && *number >= least;
    };
    if (take('M')) {
      return within(change.month, 1, 12) && take('.') && within(change.week, 1, 5) && take('.') && within(change.day, 0, 6);
    }
    bool without_leap = take('J');
    change.form = without_leap ? YearlyChange::Form::day_without_leap : YearlyChange::Form::day_with_leap;
    return within(change.day, without_leap ? 1 : 0, 365);
  }

  bool read_change(YearlyChange& change) {
    if (!take(',') || !read_day(change)) return false;
    change.seconds = 2 * 3600;
    if (!take('/')) return true;
    auto time = read_time();
    change.seconds = time.value_or(0);
    return time.has_value();
  }

  std::string_view rest_;
};

// ── TZif ──

constexpr std::size_t header_size = 44;
constexpr std::size_t most_entries = 100'000;

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t number = bytes.starts_with('\0') || static_cast<unsigned char>(bytes.front()) < 0x80 ? 0 : ~std::uint64_t{0};
  for (char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

/// The counts of a header, and the sizes that follow from them.
struct Block {
  std::size_t utc_flags = 0;
  std::size_t standard_flags = 0;
  std::size_t leaps = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t characters = 0;

  std::size_t size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) + standard_flags + utc_flags;
  }
};

std::optional<Block> read_header(std::string_view file) {
  if (file.size() < header_size || !file.starts_with("TZif")) return std::nullopt;
  Block block;
  std::size_t* places[] = {&block.utc_flags, &block.standard_flags, &block.leaps, &block.times, &block.types, &block.characters};
  for (std::size_t index = 0; index < std::size(places); ++index) {
    auto count = big_endian(file.substr(20 + index * 4, 4));
    if (count < 0 || count > static_cast<std::int64_t>(most_entries)) return std::nullopt;
    *places[index] = static_cast<std::size_t>(count);
  }
  return block;
}

Error unreadable(std::string_view why) { return {"UnreadableTimeZone", cat("This is no file of a time zone: ", why)}; }

}  // namespace

TimeZone::TimeZone(std::int32_t first_offset, std::vector<Change> changes, std::optional<YearlyRule> rule)
    : first_offset_(first_offset), changes_(std::move(changes)), rule_(rule) {}

std::int32_t TimeZone::offset_at(std::int64_t utc_seconds) const {
  auto later = std::ranges::upper_bound(changes_, utc_seconds, {}, &Change::at);
  if (later == changes_.end() && rule_) return offset_by_rule(*rule_, utc_seconds);
  return later == changes_.begin() ? first_offset_ : std::prev(later)->offset;
}

std::optional<std::int64_t> TimeZone::to_utc(std::int64_t wall_seconds) const {
  // No place is further from UTC, and none changes its clocks twice within this.
  constexpr std::int64_t farthest = 26 * 3600;
  std::optional<std::int64_t> first;
  for (auto offset : {offset_at(wall_seconds - farthest), offset_at(wall_seconds + farthest)}) {
    auto utc = wall_seconds - offset;
    if (offset_at(utc) == offset && (!first || utc < *first)) first = utc;
  }
  return first;
}

Result<TimeZone> parse_time_zone(std::string_view file) {
  auto old = read_header(file);
  if (!old || file[4] < '2') return unreadable("it does not begin as one of version 2.");
  auto start = header_size + old->size(4);
  if (start > file.size()) return unreadable("it ends too early.");
  file.remove_prefix(start);
  auto block = read_header(file);
  if (!block || block->types == 0) return unreadable("its second half has no header.");
  file.remove_prefix(header_size);
  if (block->size(8) > file.size()) return unreadable("it ends too early.");
  auto indexes = file.substr(block->times * 8, block->times);
  auto types = file.substr(block->times * 9, block->types * 6);
  auto offset_of = [&](std::size_t type) { return static_cast<std::int32_t>(big_endian(types.substr(type * 6, 4))); };
  std::vector<TimeZone::Change> changes;
  changes.reserve(block->times);
  for (std::size_t index = 0; index < block->times; ++index) {
    auto type = static_cast<unsigned char>(indexes[index]);
    if (type >= block->types) return unreadable("a change is of no type.");
    changes.push_back({big_endian(file.substr(index * 8, 8)), offset_of(type)});
    if (index > 0 && changes[index - 1].at >= changes[index].at) return unreadable("its changes are not in order.");
  }
  auto last_line = trim(file.substr(block->size(8)));
  auto rule = parse_yearly_rule(last_line);
  if (!last_line.empty() && !rule) return unreadable("its last line is no rule.");
  return TimeZone(offset_of(0), std::move(changes), rule);
}

std::optional<YearlyRule> parse_yearly_rule(std::string_view text) { return RuleReader(text).read(); }

}  // namespace roadstead
