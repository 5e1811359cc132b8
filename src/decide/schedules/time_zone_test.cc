#include "decide/schedules/time_zone.h"

#include <gtest/gtest.h>

#include <string>

#include "base/time/time.h"

namespace roadstead {
namespace {

std::int64_t at(std::string_view text) { return parse_iso8601(text).value().micros / 1'000'000; }

std::string big_endian(std::int64_t number, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
  return out;
}

std::string header(int times, int types) {
  std::string out = "TZif2" + std::string(15, '\0');
  for (int count : {0, 0, 0, times, types, 0}) out += big_endian(count, 4);
  return out;
}

/// One hour east until `change`, two from then on, and what the last line says after it.
std::string file(std::int64_t change, std::string_view last_line) {
  auto out = header(0, 1) + std::string(6, '\0') + header(1, 2);
  out += big_endian(change, 8) + '\1';
  out += big_endian(3600, 4) + std::string(2, '\0') + big_endian(7200, 4) + std::string(2, '\0');
  return out + '\n' + std::string(last_line) + '\n';
}

TEST(TimeZone, FollowsTheListedChanges) {
  auto zone = parse_time_zone(file(1000, "")).value();
  EXPECT_EQ(zone.offset_at(999), 3600);
  EXPECT_EQ(zone.offset_at(1000), 7200);
  EXPECT_EQ(zone.to_utc(1000 + 3599), 999);
  EXPECT_EQ(zone.to_utc(1000 + 3600), std::nullopt);
  EXPECT_EQ(zone.to_utc(1000 + 7200), 1000);
  auto west = parse_time_zone(file(-5'000'000'000, "<-03>3")).value();
  EXPECT_EQ(west.offset_at(-5'000'000'001), 3600);
  EXPECT_EQ(west.offset_at(0), -3 * 3600);
}

TEST(TimeZone, FollowsTheRuleOfTheLastLine) {
  TimeZone zone(0, {}, parse_yearly_rule("CET-1CEST,M3.5.0,M10.5.0/3"));
  EXPECT_EQ(zone.offset_at(at("2040-03-25T00:59:59Z")), 3600);
  EXPECT_EQ(zone.offset_at(at("2040-03-25T01:00:00Z")), 7200);
  EXPECT_EQ(zone.offset_at(at("2040-10-28T00:59:59Z")), 7200);
  EXPECT_EQ(zone.offset_at(at("2040-10-28T01:00:00Z")), 3600);
  EXPECT_EQ(zone.to_utc(at("2040-10-28T02:30:00Z")), at("2040-10-28T00:30:00Z"));
  EXPECT_EQ(zone.to_utc(at("2040-03-25T02:30:00Z")), std::nullopt);
  TimeZone south(0, {}, parse_yearly_rule("AEST-10AEDT,M10.1.0,M4.1.0/3"));
  EXPECT_EQ(south.offset_at(at("2030-01-01T00:00:00Z")), 11 * 3600);
  EXPECT_EQ(south.offset_at(at("2030-07-01T00:00:00Z")), 10 * 3600);
  TimeZone york(0, {}, parse_yearly_rule("EST5EDT,M3.2.0,M11.1.0"));
  EXPECT_EQ(york.offset_at(at("2026-03-08T06:59:59Z")), -5 * 3600);
  EXPECT_EQ(york.offset_at(at("2026-03-08T07:00:00Z")), -4 * 3600);
}

TEST(TimeZone, RulesByDayOfTheYear) {
  TimeZone julian(0, {}, parse_yearly_rule("AAA0BBB,J60/0,300/0"));
  EXPECT_EQ(julian.offset_at(at("2028-02-29T23:00:00Z")), 0);
  EXPECT_EQ(julian.offset_at(at("2028-03-01T00:00:00Z")), 3600);
  EXPECT_EQ(julian.offset_at(at("2027-10-27T23:00:00Z")), 3600 - 3600);
  EXPECT_EQ(parse_yearly_rule("XXX3:30:15")->standard, -(3 * 3600 + 30 * 60 + 15));
  for (auto bad : {"", "A", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
                   "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5", "<CET-1", "<>1", "CET999", "CET-1CEST,M3.5.0,M10.5.0x"}) {
    EXPECT_EQ(parse_yearly_rule(bad), std::nullopt) << bad;
  }
}

TEST(TimeZone, RefusesBrokenFiles) {
  auto good = file(1000, "UTC0");
  ASSERT_TRUE(parse_time_zone(good));
  for (std::size_t size = 0; size + 7 < good.size(); ++size) {
    auto cut = parse_time_zone(std::string_view(good).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, "UnreadableTimeZone");
  }
  auto no_such_type = good;
  no_such_type[44 + 6 + 44 + 8] = '\7';
  EXPECT_FALSE(parse_time_zone(no_such_type));
  EXPECT_FALSE(parse_time_zone(file(1000, "what?")));
}

}  // namespace
}  // namespace roadstead
