#include "decide/schedules/schedule.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/id/id.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Instant at(std::string_view text) {
  auto parsed = parse_iso8601(text);
  CHECK(parsed, "tests write times that are times");
  return *parsed;
}

/// Berlin by the rule that holds now.
TimeZone berlin() { return TimeZone(3600, {}, parse_yearly_rule("CET-1CEST,M3.5.0,M10.5.0/3")); }

/// The next `count` times after `after`, joined.
std::string times(std::string_view expression, std::string_view after, int count, const TimeZone& zone = {}) {
  auto schedule = parse_schedule(expression);
  if (!schedule) return cat(schedule.error().code, ": ", schedule.error().message);
  std::vector<std::string> found;
  auto now = at(after);
  for (int index = 0; index < count; ++index) {
    auto next = next_time(*schedule, zone, at(after), now);
    if (!next) break;
    found.push_back(format_iso8601(*next));
    now = *next;
  }
  return join(found, " ");
}

TEST(Schedule, RatesCountFromTheirAnchor) {
  auto rate = parse_schedule("rate(5 minutes)").value();
  auto anchor = at("2026-01-01T00:00:30Z");
  EXPECT_EQ(next_time(rate, {}, anchor, anchor - minutes(1)), anchor);
  EXPECT_EQ(next_time(rate, {}, anchor, anchor), anchor + minutes(5));
  EXPECT_EQ(next_time(rate, {}, anchor, anchor + minutes(5) - Duration(1)), anchor + minutes(5));
  EXPECT_EQ(next_time(rate, {}, anchor, anchor + hours(100)), anchor + hours(100) + minutes(5));
  EXPECT_EQ(times("rate(1 day)", "2026-02-27T10:00:00Z", 2), "2026-02-28T10:00:00Z 2026-03-01T10:00:00Z");
}

TEST(Schedule, RefusesWhatIsNoExpression) {
  for (auto text :
       {"", "rate()", "rate(5)", "rate(0 minutes)", "rate(-1 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(5 weeks)",
        "rate(5.5 minutes)", "rate(5 minutes", "Rate(5 minutes)", "cron(0 3 * * * *)", "cron(0 3 ? * ? *)", "cron(0 3 ? * MON)",
        "cron(60 3 ? * MON *)", "cron(0 24 ? * MON *)", "cron(0 3 0 * ? *)", "cron(0 3 32 * ? *)", "cron(0 3 1 13 ? *)",
        "cron(0 3 ? * 0 *)", "cron(0 3 ? * 8 *)", "cron(0 3 ? * MON#6 *)", "cron(0 3 ? * MON#0 *)", "cron(0 3 ? * XYZ *)",
        "cron(0 3 ? * MON 1969)", "cron(0 3 ? * MON 2200)", "cron(0 3 ? * MON 2030-2020)", "cron(*/0 3 ? * MON *)",
        "cron(5- 3 ? * MON *)", "cron(, 3 ? * MON *)", "cron(0 3 40W * ? *)", "cron(? 3 1 * ? *)", "at(2026-12-01)",
        "at(2026-13-01T10:00:00)", "at(2026-02-30T10:00:00)", "at(2026-12-01T25:00:00)", "at(2026-12-01T10:00:00Z)"}) {
    auto schedule = parse_schedule(text);
    ASSERT_FALSE(schedule) << text;
    EXPECT_EQ(schedule.error().code, "ValidationException") << text;
  }
}

TEST(Schedule, FieldsOfCron) {
  // 2026-11-20 is a Friday.
  constexpr auto friday = "2026-11-20T12:00:00Z";
  EXPECT_EQ(times("cron(0 3 ? * MON-FRI *)", friday, 2), "2026-11-23T03:00:00Z 2026-11-24T03:00:00Z");
  EXPECT_EQ(times("cron(0 3 ? * 2-6 *)", friday, 1), "2026-11-23T03:00:00Z");
  EXPECT_EQ(times("cron(0 3 ? * FRI-MON *)", friday, 4),
            "2026-11-21T03:00:00Z 2026-11-22T03:00:00Z 2026-11-23T03:00:00Z 2026-11-27T03:00:00Z");
  EXPECT_EQ(times("cron(0/20 12 * * ? *)", friday, 3), "2026-11-20T12:20:00Z 2026-11-20T12:40:00Z 2026-11-21T12:00:00Z");
  EXPECT_EQ(times("cron(5,1 8-8 ? * sun,3 *)", friday, 3), "2026-11-22T08:01:00Z 2026-11-22T08:05:00Z 2026-11-24T08:01:00Z");
  EXPECT_EQ(times("cron(1-31/30 1 1 JAN,jul ? 2027)", friday, 9),
            "2027-01-01T01:01:00Z 2027-01-01T01:31:00Z 2027-07-01T01:01:00Z 2027-07-01T01:31:00Z");
  EXPECT_EQ(times("cron(0 0 29 2 ? *)", friday, 2), "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z");
  EXPECT_EQ(times("cron(0 0 30 2 ? *)", friday, 1), "");
  EXPECT_EQ(times("cron(0 0 1 1 ? 2020)", friday, 1), "");
  EXPECT_EQ(times("cron(0  0 1 1 ? 2190/5)", friday, 9), "2190-01-01T00:00:00Z 2195-01-01T00:00:00Z");
}

TEST(Schedule, SpecialDaysOfCron) {
  constexpr auto new_year = "2026-01-01T12:00:00Z";
  EXPECT_EQ(times("cron(0 8 L * ? *)", new_year, 3), "2026-01-31T08:00:00Z 2026-02-28T08:00:00Z 2026-03-31T08:00:00Z");
  // The last days of January and February 2026 are Saturdays, that of May is a Sunday.
  EXPECT_EQ(times("cron(0 8 LW 1,2,5 ? *)", new_year, 3), "2026-01-30T08:00:00Z 2026-02-27T08:00:00Z 2026-05-29T08:00:00Z");
  // 2026-08-15 is a Saturday, 2026-11-15 a Sunday; the 1st of August is a Saturday, the 31st of May a Sunday.
  EXPECT_EQ(times("cron(0 8 15W 8,11 ? 2026)", new_year, 2), "2026-08-14T08:00:00Z 2026-11-16T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 1W 8 ? 2026)", new_year, 1), "2026-08-03T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 31W 5,6 ? 2026)", new_year, 2), "2026-05-29T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 ? * TUE#2 *)", new_year, 2), "2026-01-13T08:00:00Z 2026-02-10T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 ? * 5#5 *)", new_year, 2), "2026-01-29T08:00:00Z 2026-04-30T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 ? * 6L *)", new_year, 2), "2026-01-30T08:00:00Z 2026-02-27T08:00:00Z");
  EXPECT_EQ(times("cron(0 8 ? * L *)", new_year, 2), "2026-01-03T08:00:00Z 2026-01-10T08:00:00Z");
}

TEST(Schedule, ATimeThatTheClocksJumpOverIsSkipped) {
  // 2026-03-29: 2:00 becomes 3:00.
  EXPECT_EQ(times("cron(30 2 * * ? *)", "2026-03-27T12:00:00Z", 2, berlin()), "2026-03-28T01:30:00Z 2026-03-30T00:30:00Z");
  EXPECT_EQ(times("cron(30 * * * ? *)", "2026-03-29T00:00:00Z", 2, berlin()), "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z");
  EXPECT_EQ(times("at(2026-03-29T02:30:00)", "2026-01-01T00:00:00Z", 1, berlin()), "");
}

TEST(Schedule, ATimeThatTheClocksShowTwiceCountsOnce) {
  // 2026-10-25: 3:00 becomes 2:00.
  EXPECT_EQ(times("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, berlin()), "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z");
  EXPECT_EQ(times("cron(30 2 * * ? *)", "2026-10-25T00:45:00Z", 1, berlin()), "2026-10-26T01:30:00Z");
  EXPECT_EQ(times("at(2026-10-25T02:30:00)", "2026-01-01T00:00:00Z", 2, berlin()), "2026-10-25T00:30:00Z");
  EXPECT_EQ(times("rate(1 hour)", "2026-10-24T23:00:00Z", 3, berlin()),
            "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z");
}

TEST(Schedule, ASingleTimeIsDueOnce) {
  EXPECT_EQ(times("at(2026-12-01T10:00:00)", "2026-11-01T00:00:00Z", 2), "2026-12-01T10:00:00Z");
  EXPECT_EQ(times("at(2026-12-01T10:00:00)", "2026-12-01T10:00:00Z", 1), "");
  EXPECT_EQ(times("at(2026-12-01T10:00:00)", "2026-11-01T00:00:00Z", 1, berlin()), "2026-12-01T09:00:00Z");
}

/// A random expression of lists, ranges and steps that means minutes of nearly every day.
std::string some_expression(Ids& ids) {
  auto below = [&](std::uint64_t bound) { return ids.bits() % bound; };
  std::string minute = below(2) == 0 ? cat(below(60), ',', below(60)) : cat(below(30), '-', 30 + below(30), '/', 1 + below(20));
  std::string hour = below(2) == 0 ? std::string("*") : cat(below(24), '/', 1 + below(12));
  if (below(2) == 0) return cat("cron(", minute, ' ', hour, " ? * ", 1 + below(7), ',', 1 + below(7), " *)");
  return cat("cron(", minute, ' ', hour, ' ', 1 + below(28), '/', 1 + below(5), " * ? *)");
}

TEST(Schedule, FindsExactlyTheTimesThatFit) {
  SeededIds ids(11);
  for (int round = 0; round < 40; ++round) {
    auto expression = some_expression(ids);
    auto schedule = parse_schedule(expression);
    ASSERT_TRUE(schedule) << expression;
    const auto& cron = std::get<CronSchedule>(*schedule);
    auto start = Instant::from_seconds(1'790'000'000 + static_cast<double>(ids.bits() % 100'000'000));
    auto next = next_time(*schedule, {}, start, start);
    auto end = start + hours(24 * 4);
    for (auto minute = Instant{start.micros / 60'000'000 * 60'000'000 + 60'000'000}; minute < end; minute = minute + minutes(1)) {
      auto days = static_cast<int>(minute.micros / 86'400'000'000);
      std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
      auto of_day = static_cast<std::size_t>(minute.micros / 60'000'000 % 1440);
      bool day_fits = cron.days.by_weekday ? cron.days.weekdays[static_cast<std::size_t>((days + 4) % 7)]
                                           : cron.days.days[static_cast<unsigned>(date.day())];
      bool fits = day_fits && cron.hours[of_day / 60] && cron.minutes[of_day % 60];
      ASSERT_EQ(fits, next == minute) << expression << ' ' << format_iso8601(minute);
      if (fits) next = next_time(*schedule, {}, start, minute);
    }
  }
}

}  // namespace
}  // namespace roadstead
