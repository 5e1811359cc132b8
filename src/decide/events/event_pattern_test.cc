#include "decide/events/event_pattern.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

namespace roadstead {
namespace {

/// "yes", "no", or why the pattern is none.
std::string outcome(std::string_view pattern, std::string_view event) {
  auto parsed = parse_event_pattern(pattern);
  if (!parsed) return parsed.error().message;
  return matches(*parsed, boost::json::parse({event.data(), event.size()})) ? "yes" : "no";
}

constexpr auto event = R"({"source":"aws.ecs","detail-type":"ECS Task State Change","account":"1","resources":["arn:a","arn:b"],
  "detail":{"lastStatus":"RUNNING","version":3,"cpu":null,"group":"service:Web","ip":"10.1.2.3","ipv6":"2001:db8::5","on":true,
  "empty":[],"containers":[{"name":"main","exitCode":1},{"name":"side","exitCode":0}]}})";

TEST(EventPattern, ValuesAreAlternatives) {
  EXPECT_EQ(outcome(R"({"source":["aws.ecs"]})", event), "yes");
  EXPECT_EQ(outcome(R"({"source":["a","aws.ecs"],"account":["1"]})", event), "yes");
  EXPECT_EQ(outcome(R"({"source":["aws.ecs"],"account":["2"]})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"version":[3.0]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"version":["3"]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"on":[true]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"cpu":[null]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"group":[null]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"none":[null]}})", event), "no");
  EXPECT_EQ(outcome(R"({"resources":["arn:b"]})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"containers":{"name":["side"]}}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"containers":{"name":["none"]}}})", event), "no");
}

TEST(EventPattern, TextMatchers) {
  EXPECT_EQ(outcome(R"({"detail-type":[{"prefix":"ECS "}]})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail-type":[{"prefix":"ecs "}]})", event), "no");
  EXPECT_EQ(outcome(R"({"detail-type":[{"prefix":{"equals-ignore-case":"ecs "}}]})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail-type":[{"suffix":"Change"}]})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"equals-ignore-case":"SERVICE:web"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"wildcard":"s*:*b"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"wildcard":"s*:x*"}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"a":[{"wildcard":"1\\*2*"}]})", R"({"a":"1*23"})"), "yes");
  EXPECT_EQ(outcome(R"({"a":[{"wildcard":"1\\*2*"}]})", R"({"a":"1x23"})"), "no");
}

TEST(EventPattern, AnythingBut) {
  EXPECT_EQ(outcome(R"({"detail":{"lastStatus":[{"anything-but":"STOPPED"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"lastStatus":[{"anything-but":["STOPPED","RUNNING"]}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"anything-but":[4,5]}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"anything-but":{"prefix":"service:"}}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"anything-but":{"suffix":["x","Web"]}}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"anything-but":{"wildcard":"*y"}}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"none":[{"anything-but":"x"}]}})", event), "no");
}

TEST(EventPattern, NumbersPresenceAndNetworks) {
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"numeric":[">",2,"<=",3]}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"numeric":["=",3]}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"numeric":["<",3]}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"numeric":[">",0]}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"exists":true}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"version":[{"exists":false}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"none":[{"exists":false}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"none":{"deep":[{"exists":false}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"empty":[{"exists":false}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"none":[{"exists":false},"x"]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"ip":[{"cidr":"10.1.0.0/22"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"ip":[{"cidr":"10.1.3.0/24"}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"ip":[{"cidr":"0.0.0.0/0"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"ipv6":[{"cidr":"2001:db8::/33"}]}})", event), "yes");
  EXPECT_EQ(outcome(R"({"detail":{"ipv6":[{"cidr":"0.0.0.0/0"}]}})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"group":[{"cidr":"10.0.0.0/8"}]}})", event), "no");
}

TEST(EventPattern, Or) {
  EXPECT_EQ(outcome(R"({"$or":[{"source":["x"]},{"account":["1"]}]})", event), "yes");
  EXPECT_EQ(outcome(R"({"source":["aws.ecs"],"$or":[{"source":["x"]},{"account":["2"]}]})", event), "no");
  EXPECT_EQ(outcome(R"({"detail":{"$or":[{"version":[3]},{"none":["x"]}]}})", event), "yes");
}

TEST(EventPattern, SaysWhyAPatternIsNone) {
  auto why = [](std::string_view pattern) {
    auto parsed = parse_event_pattern(pattern);
    EXPECT_FALSE(parsed) << pattern;
    if (parsed) return std::string();
    EXPECT_EQ(parsed.error().code, "InvalidEventPatternException");
    constexpr std::string_view begin = "Event pattern is not valid. Reason: ";
    EXPECT_TRUE(parsed.error().message.starts_with(begin));
    return parsed.error().message.substr(begin.size());
  };
  EXPECT_EQ(why(R"({"source":"aws.ecs"})"), "\"source\" must be an object or an array");
  EXPECT_EQ(why(R"({"source":[]})"), "Empty arrays are not allowed");
  EXPECT_EQ(why(R"({"source":["a"],"detail":{}})"), "Empty objects are not allowed");
  EXPECT_EQ(why("{}"), "Empty objects are not allowed");
  EXPECT_EQ(why("[]"), "Filter is not an object");
  EXPECT_EQ(why("{"), "Invalid JSON");
  EXPECT_EQ(why(R"({"a":[{"like":"x"}]})"), "Unrecognized match type like");
  for (auto bad : {R"({"a":[[1]]})", R"({"a":[{}]})", R"({"a":[{"prefix":1}]})", R"({"a":[{"prefix":"x","suffix":"y"}]})",
                   R"({"a":[{"numeric":[]}]})", R"({"a":[{"numeric":["!",1]}]})", R"({"a":[{"numeric":["<"]}]})",
                   R"({"a":[{"numeric":["<","1"]}]})", R"({"a":[{"numeric":1}]})", R"({"a":[{"exists":"yes"}]})", R"({"a":[{"cidr":"10.0.0.0"}]})",
                   R"({"a":[{"cidr":"10.0.0/8"}]})", R"({"a":[{"cidr":"10.0.0.0/33"}]})", R"({"a":[{"cidr":"x::/8"}]})", R"({"a":[{"cidr":5}]})",
                   R"({"a":[{"anything-but":[]}]})", R"({"a":[{"anything-but":null}]})", R"({"a":[{"anything-but":{"numeric":["=",1]}}]})",
                   R"({"a":[{"anything-but":{"prefix":[]}}]})", R"({"a":[{"wildcard":"a**"}]})", R"({"$or":[]})", R"({"$or":{"a":[1]}})",
                   R"({"$or":[1,2]})", R"({"$or":[{"a":[1]}]})"}) {
    EXPECT_NE(why(bad), "") << bad;
  }
  std::string deep = "[1]";
  for (int level = 0; level < 40; ++level) deep = R"({"a":)" + deep + "}";
  EXPECT_NE(why(deep), "");
}

}  // namespace
}  // namespace roadstead
