#include <gtest/gtest.h>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/id/id.h"
#include "base/observe/metrics.h"
#include "base/result/result.h"
#include "base/text/text.h"
#include "base/time/time.h"

namespace roadstead {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{"Odd", cat(number, " is odd")};
  return number / 2;
}

Result<int> quarter(int number) { return half(TRY(half(number))); }

TEST(Result, TryUnwrapsOrReturnsTheError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
}

TEST(Text, CutsAndJoins) {
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(trim(" \t x y\n"), "x y");
  EXPECT_EQ(replace_all("a-b-c", "-", "::"), "a::b::c");
  EXPECT_EQ(to_number<int>("12x"), std::nullopt);
  EXPECT_EQ(to_number<int>("-12"), -12);
  EXPECT_EQ(cat("n=", 3, ' ', 2.5), "n=3 2.5");
}

TEST(Time, FormatsAndReadsBack) {
  auto at = parse_iso8601("2026-01-31T12:34:56.789Z");
  ASSERT_TRUE(at);
  EXPECT_EQ(format_iso8601(*at, true), "2026-01-31T12:34:56.789Z");
  EXPECT_EQ(format_basic_iso8601(*at), "20260131T123456Z");
  EXPECT_EQ(parse_iso8601("20260131T123456Z")->millis(), at->millis() - 789);
  EXPECT_EQ(parse_iso8601("2026-01-31T14:34:56.789+02:00"), at);
  EXPECT_EQ(format_http_date(*at), "Sat, 31 Jan 2026 12:34:56 GMT");
  EXPECT_EQ(parse_http_date("Sat, 31 Jan 2026 12:34:56 GMT")->millis(), at->millis() - 789);
  EXPECT_FALSE(parse_iso8601("2026-02-30T00:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2026-02-"));
}

TEST(Ids, HaveTheShapesOfAws) {
  SeededIds ids(7);
  EXPECT_EQ(new_hex(ids, 32).size(), 32U);
  EXPECT_EQ(new_decimal(ids).size(), 19U);
  EXPECT_EQ(new_uuid(ids)[14], '4');
  EXPECT_EQ(new_url_safe(ids, 21).size(), 21U);
  SeededIds first(9);
  SeededIds second(9);
  EXPECT_EQ(new_hex(first, 17), new_hex(second, 17));
}

TEST(Arn, SplitsAndJoins) {
  auto arn = parse_arn("arn:aws:logs:us-east-1:123456789012:log-group:/aws/ecs/x");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->resource_type(), "log-group");
  EXPECT_EQ(arn->resource_path(), "/aws/ecs/x");
  EXPECT_EQ(to_string(*arn), "arn:aws:logs:us-east-1:123456789012:log-group:/aws/ecs/x");
  EXPECT_FALSE(parse_arn("arn:aws:ecs:us-east-1"));
}

TEST(Encode, RoundTrips) {
  std::string bytes("\x00\xff\x10 abc", 7);
  EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  EXPECT_EQ(to_base64("ab"), "YWI=");
  EXPECT_FALSE(from_base64("YW=="[0] == 'Y' ? "YW!=" : ""));
  EXPECT_EQ(percent_encode("a b/c"), "a%20b%2Fc");
  EXPECT_EQ(percent_decode("a+b%2f", true), "a b/");
  EXPECT_FALSE(percent_decode("%2"));
  EXPECT_TRUE(is_utf8("h\xc3\xa9"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
}

TEST(Hash, MatchesThePublishedVectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
  );
  Sha256 running;
  running.update("a");
  running.update("bc");
  EXPECT_EQ(running.finish_hex(), sha256_hex("abc"));
}

TEST(Metrics, RendersWhatPrometheusReads) {
  Metrics metrics;
  metrics.counter("calls_total", "Calls.", "code=\"200\"").add(2);
  metrics.histogram("wait_seconds", "Waits.").observe(300);
  auto text = metrics.render();
  EXPECT_NE(text.find("calls_total{code=\"200\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("wait_seconds_bucket{le=\"0.0005\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace roadstead
