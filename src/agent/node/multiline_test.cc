#include "agent/node/multiline.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

bool matches(const std::string& pattern, const std::string& line) {
  auto start = EventStart::from(pattern);
  EXPECT_TRUE(start) << pattern;
  return start && start->matches(line);
}

TEST(Multiline, ADateBeginsAnEvent) {
  EXPECT_EQ(pattern_of_datetime("%Y-%m-%d"), "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])");
  auto pattern = pattern_of_datetime("[%b %d, %Y %H:%M:%S]");
  EXPECT_TRUE(matches(pattern, "[May 01, 2017 19:00:01] A message"));
  EXPECT_FALSE(matches(pattern, "        at com.example(Main.java:7)"));
  EXPECT_FALSE(matches(pattern, "[May 41, 2017 19:00:01]"));
  EXPECT_TRUE(matches(pattern_of_datetime("%I:%M%p %Z"), "11:59PM CEST"));
  EXPECT_FALSE(matches(pattern_of_datetime("%I:%M%p"), "13:59PM"));
  EXPECT_TRUE(matches(pattern_of_datetime("%S%L %z"), "07.123 +0200"));
  EXPECT_EQ(pattern_of_datetime("100%"), "100%");
  auto escaped = pattern_of_datetime("\\[%b %d, %Y %H:%M:%S\\]");
  EXPECT_TRUE(matches(escaped, "[May 01, 2017 19:00:01] A message"));
  EXPECT_FALSE(matches(escaped, "May 01, 2017 19:00:01 A message"));
  EXPECT_EQ(pattern_of_datetime("%Y\\"), "\\d{4}\\\\");
}

TEST(Multiline, OnlyTheBeginningOfALongLineIsLookedAt) {
  EXPECT_TRUE(matches("^INFO", "INFO" + std::string(16'000, 'x')));
  EXPECT_FALSE(matches("END", std::string(16'000, 'x') + "END"));
}

TEST(Multiline, APatternThatIsNoneIsAnError) { EXPECT_FALSE(EventStart::from("(")); }

TEST(Multiline, OptionsSayWhatBegins) {
  LogTarget target{.group = "g", .stream = "s"};
  EXPECT_FALSE(event_pattern_of(target));
  EXPECT_TRUE(check_event_pattern(target));
  target.multiline_pattern = "^INFO";
  EXPECT_EQ(event_pattern_of(target), "^INFO");
  EXPECT_TRUE(check_event_pattern(target));
  target.datetime_format = "%Y";
  EXPECT_EQ(event_pattern_of(target), "\\d{4}");
  target.group.clear();
  EXPECT_FALSE(event_pattern_of(target)) << "another driver's";
}

TEST(Multiline, APatternThatIsNoneIsNamed) {
  LogTarget target{.group = "g", .stream = "s", .multiline_pattern = "(["};
  auto refused = check_event_pattern(target);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ResourceInitializationError");
  EXPECT_TRUE(refused.error().message.starts_with(
      "failed to initialize logging driver: awslogs could not parse multiline pattern key \"awslogs-multiline-pattern\": the "
      "pattern ([ cannot be used: "
  )) << refused.error().message;
}

}  // namespace
}  // namespace roadstead
