#include "api/json_match.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace roadstead {
namespace {

std::string compare(const char* expected, const char* got) {
  return difference(boost::json::parse(expected), boost::json::parse(got));
}

TEST(JsonMatch, ListedMembersMustFitOthersMayExist) {
  EXPECT_EQ(compare(R"({"a":1})", R"({"a":1.0,"b":2})"), "");
  EXPECT_EQ(compare(R"({"a":{"b":"x"}})", R"({"a":{"b":"y"}})"), R"(a.b: expected "x", got "y")");
  EXPECT_EQ(compare(R"({"a":1})", "{}"), "a: expected 1, got nothing");
  EXPECT_EQ(compare(R"({"a":"<absent>"})", R"({"a":null})"), "a: expected nothing, got null");
  EXPECT_EQ(compare(R"({"a":"<absent>","b":"<any>"})", R"({"b":[]})"), "");
}

TEST(JsonMatch, ArraysHaveTheSameLengthUnlessMoreMayFollow) {
  EXPECT_EQ(compare("[1]", "[1,2]"), "the document: expected 1 elements, got 2: [1,2]");
  EXPECT_EQ(compare(R"([1,"..."])", "[1,2]"), "");
  EXPECT_NE(compare(R"([1,2,"..."])", "[1]"), "");
  EXPECT_EQ(compare("[1,3]", "[1,2]"), "[1]: expected 3, got 2");
}

TEST(JsonMatch, TextsMayBePatternsAndXmlIsText) {
  EXPECT_EQ(compare(R"("~^arn:.*:task/")", R"("arn:x:task/1")"), "");
  EXPECT_NE(compare(R"("~^task")", R"("arn:x:task/1")"), "");
  EXPECT_EQ(compare("3600", R"("3600")"), "");
  EXPECT_NE(compare("3600", R"("36")"), "");
  EXPECT_NE(compare("true", "1"), "");
  EXPECT_NE(compare("{}", "[]"), "");
}

}  // namespace
}  // namespace roadstead
