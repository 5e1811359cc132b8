// Patterns of models: what is understood, and that the rest lets everything pass.
#include <gtest/gtest.h>

#include <string>

#include "aws/wire/pattern.h"

namespace roadstead {

namespace {

TEST(Pattern, MatchesClassesWithCounts) {
  EXPECT_TRUE(matches(R"([\w+=,.@-]*)", "a+b=c,d.e@f-g_9"));
  EXPECT_FALSE(matches(R"([\w+=,.@-]*)", "a b"));
  EXPECT_TRUE(matches(R"([\w+=,.@-]*)", ""));
  EXPECT_FALSE(matches(R"([\.\-_/#A-Za-z0-9]+)", ""));
  EXPECT_TRUE(matches(R"([\.\-_/#A-Za-z0-9]+)", "/ecs/web-1#2"));
  EXPECT_TRUE(matches(R"(^\d{12}$)", "123456789012"));
  EXPECT_FALSE(matches(R"(^\d{12}$)", "12345678901"));
  EXPECT_FALSE(matches(R"(^\d{12}$)", "1234567890123"));
  EXPECT_TRUE(matches("[^:*]*", "a-b"));
  EXPECT_FALSE(matches("[^:*]*", "a:b"));
  EXPECT_TRUE(matches("a{2,3}b?c", "aac"));
  EXPECT_TRUE(matches("a{2,3}b?c", "aaabc"));
  EXPECT_FALSE(matches("a{2,3}b?c", "aaaabc"));
}

TEST(Pattern, GivesBackWhatALaterPieceNeeds) {
  EXPECT_TRUE(matches("[a-z]*z", "abzz"));
  EXPECT_FALSE(matches("[a-z]*z", "abzy"));
}

TEST(Pattern, TakesLettersBeyondAsciiWhereTheClassDoes) {
  EXPECT_TRUE(matches(R"(^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$)", "Größe 5/é"));
  EXPECT_FALSE(matches(R"(^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$)", "a!b"));
  EXPECT_FALSE(matches("[a-z]*", "é"));
}

TEST(Pattern, LeavesWhatItCannotDoToTheHandler) {
  EXPECT_TRUE(matches("(foo|bar)", "anything"));
  EXPECT_TRUE(matches("(?!x)y", "anything"));
}

TEST(Pattern, StaysLinear) {
  std::string text(200'000, 'a');
  EXPECT_FALSE(matches("[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*!", text));
}

}  // namespace

}  // namespace roadstead
