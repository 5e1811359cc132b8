#include "agent/endpoint/plain_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace roadstead {
namespace {

namespace json = boost::json;

TEST(PlainJson, NumbersAreAsPeopleWriteThem) {
  EXPECT_EQ(serialize_plain(json::array{0.25, 0.0, -0.5, 2.0, 1e20, 0.1, 1.5e-7, 1e300}), "[0.25,0,-0.5,2,100000000000000000000,0.1,1.5e-07,1e+300]");
  EXPECT_EQ(serialize_plain(json::value(-0.0)), "0");
}

TEST(PlainJson, AllElseIsAsEver) {
  for (const char* text : {R"({"a":{},"b":[],"c":[[1],{"x":null}],"d\"\n":"é\u0001","e":true,"f":18446744073709551615})", "[]", "{}", "\"\""}) {
    auto value = json::parse(text);
    EXPECT_EQ(json::parse(serialize_plain(value)), value) << text;
    EXPECT_EQ(serialize_plain(value), json::serialize(value));
  }
  EXPECT_EQ(serialize_plain(json::object{{"Limits", json::object{{"CPU", 0.25}, {"Memory", 512}}}}), R"({"Limits":{"CPU":0.25,"Memory":512}})");
}

}  // namespace
}  // namespace roadstead
