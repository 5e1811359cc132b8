#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

#include "services/logs/json_condition.h"

namespace roadstead::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  auto parsed = parse_filter_pattern(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().message);
  return parsed && parsed->matches(message);
}

std::string refusal(std::string_view pattern) {
  auto parsed = parse_filter_pattern(pattern);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, "InvalidParameterException");
  return parsed.error().message;
}

TEST(FilterPattern, WithoutTermsMatchesEverything) {
  EXPECT_TRUE(matches("", "x"));
  EXPECT_TRUE(matches("  ", ""));
  EXPECT_TRUE(matches("\"\"", "anything"));
  EXPECT_TRUE(parse_filter_pattern(" ")->matches_all());
  EXPECT_FALSE(parse_filter_pattern("a")->matches_all());
}

TEST(FilterPattern, NeedsAllTerms) {
  EXPECT_TRUE(matches("ERROR disk", "[ERROR] no disk"));
  EXPECT_FALSE(matches("ERROR disk", "[ERROR] no space"));
  EXPECT_FALSE(matches("error", "ERROR"));
}

TEST(FilterPattern, TakesPhrasesAsTheyAre) {
  EXPECT_TRUE(matches("\"disk full\"", "the disk full of stars"));
  EXPECT_FALSE(matches("\"disk full\"", "full disk"));
  EXPECT_TRUE(matches(R"("say \"hi\"")", R"(they say "hi")"));
}

TEST(FilterPattern, RefusesExcludedTerms) {
  EXPECT_TRUE(matches("ERROR -retry", "ERROR final"));
  EXPECT_FALSE(matches("ERROR -retry", "ERROR, will retry"));
  EXPECT_TRUE(matches("-\"not found\"", "found"));
  EXPECT_FALSE(matches("-\"not found\"", "not found"));
}

TEST(FilterPattern, NeedsOneOfOptionalTermsUnlessThereAreOthers) {
  EXPECT_TRUE(matches("?ERROR ?WARN", "a WARN"));
  EXPECT_FALSE(matches("?ERROR ?WARN", "an INFO"));
  EXPECT_TRUE(matches("?ERROR INFO", "an INFO"));
}

TEST(FilterPattern, SaysWhatIsWrong) {
  EXPECT_NE(refusal("\"open").find("not closed"), std::string::npos);
  EXPECT_NE(refusal("[a, b]").find("space-delimited"), std::string::npos);
  EXPECT_NE(refusal("%re%").find("regular expressions"), std::string::npos);
  EXPECT_NE(refusal("a - b").find("missing"), std::string::npos);
  for (const char* broken : {"{", "{}", "{ $ }", "{ $.a }", "{ $.a = }", "{ $.a = 1", "{ $.a = 1 } x", "{ ($.a = 1 }",
                             "{ $.a > x }", "{ $.a IS 1 }", "{ $.a[x] = 1 }", "{ a = 1 }", "{ $.a = 1 && }"}) {
    EXPECT_NE(refusal(broken), "") << broken;
  }
  EXPECT_NE(refusal("{" + std::string(500, '(') + "$.a = 1}").find("too deeply"), std::string::npos);
}

TEST(JsonPattern, ComparesTextsNumbersAndPresence) {
  const char* message = R"({"level":"error","status":503,"ok":false,"none":null,"user":{"name":"Ann"},"tags":["a","b"]})";
  for (const char* holds :
       {"{ $.level = \"error\" }", "{$.level=error}", "{ $.level = \"err*\" }", "{ $.level != \"info\" }",
        "{ $.status = 503 }", "{ $.status >= 5e2 }", "{ $.status < 504 }", "{ $.status = 50* }", "{ $.ok IS FALSE }",
        "{ $.none IS NULL }", "{ $.gone NOT EXISTS }", "{ $.user.name = Ann }", "{ $.tags[1] = \"b\" }",
        "{ $.level = info || $.status > 500 && $.ok = false }", "{ ($.level = info || $.status > 500) && $.user.name = A* }",
        "{ $[\"level\"] = \"error\" }"}) {
    EXPECT_TRUE(matches(holds, message)) << holds;
  }
  for (const char* fails :
       {"{ $.level = \"info\" }", "{ $.status != 503 }", "{ $.status > 503 }", "{ $.gone = 1 }", "{ $.gone != 1 }",
        "{ $.level NOT EXISTS }", "{ $.ok IS TRUE }", "{ $.tags[2] = \"c\" }", "{ $.level > 1 }",
        "{ $.level = error && $.status = 1 }"}) {
    EXPECT_FALSE(matches(fails, message)) << fails;
  }
  EXPECT_FALSE(matches("{ $.level = error }", "level=error"));
  EXPECT_FALSE(matches("{ $.level = error }", "{\"level\":\"error\""));
}

TEST(Wildcards, StandForAnythingOrNothing) {
  EXPECT_TRUE(fits_wildcards("*", ""));
  EXPECT_TRUE(fits_wildcards("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(fits_wildcards("abc", "abc"));
  EXPECT_FALSE(fits_wildcards("a*b", "a-bc"));
  EXPECT_FALSE(fits_wildcards("", "a"));
}

}  // namespace
}  // namespace roadstead::logs
