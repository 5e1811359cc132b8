#include "decide/placement/cluster_query.h"

#include <gtest/gtest.h>

#include "decide/placement/text_pattern.h"

namespace roadstead {
namespace {

Instance machine() {
  Instance out;
  out.row.node_id = "n1";
  out.row.registered_at = *parse_iso8601("2026-01-02T03:04:05Z");
  ecs::VersionInfo version;
  version.agent_version = "1.10.2";
  out.row.version_info = version;
  out.connected = true;
  for (auto [name, value] : {std::pair("rack", "r1"), std::pair("ecs.instance-type", "t2.small"), std::pair("gpu", "")}) {
    ecs::Attribute attribute;
    attribute.name = name;
    attribute.value = value;
    out.attributes.push_back(std::move(attribute));
  }
  return out;
}

bool ask(std::string_view text) {
  auto query = parse_cluster_query(text);
  EXPECT_TRUE(query) << text;
  if (!query) return false;
  auto instance = machine();
  return satisfies(query.value(), QueryTarget{.instance = instance, .running_tasks = 3, .groups = {"service:web", "family:job"}});
}

TEST(ClusterQuery, ComparesAttributes) {
  EXPECT_TRUE(ask("attribute:rack == r1"));
  EXPECT_TRUE(ask("attribute:rack equals \"r1\""));
  EXPECT_FALSE(ask("attribute:rack == r2"));
  EXPECT_FALSE(ask("attribute:zone == a"));
  EXPECT_TRUE(ask("attribute:zone != a"));
  EXPECT_TRUE(ask("attribute:gpu exists"));
  EXPECT_TRUE(ask("attribute:zone !exists"));
  EXPECT_FALSE(ask("attribute:rack not_exists"));
  EXPECT_TRUE(ask("attribute:rack in [r0, r1]"));
  EXPECT_TRUE(ask("attribute:rack !in [r0,r2]"));
  EXPECT_TRUE(ask("attribute:ecs.instance-type =~ t2.*"));
  EXPECT_FALSE(ask("attribute:ecs.instance-type =~ t2"));
  EXPECT_TRUE(ask("attribute:ecs.instance-type !~ m5.*"));
}

TEST(ClusterQuery, ComparesNumbersVersionsAndTimes) {
  EXPECT_TRUE(ask("runningTasksCount < 10"));
  EXPECT_FALSE(ask("runningTasksCount >= 4"));
  EXPECT_TRUE(ask("agentVersion > 1.9.0"));
  EXPECT_TRUE(ask("agentVersion <= 1.10.2"));
  EXPECT_TRUE(ask("registeredAt greater_than 2025-12-31"));
  EXPECT_TRUE(ask("agentConnected == true"));
}

TEST(ClusterQuery, KnowsGroups) {
  EXPECT_TRUE(ask("task:group == service:web"));
  EXPECT_FALSE(ask("not(task:group == service:web)"));
  EXPECT_TRUE(ask("not(task:group == database)"));
}

TEST(ClusterQuery, AndBindsCloserThanOr) {
  EXPECT_TRUE(ask("attribute:rack == r1 or attribute:rack == r2 and attribute:rack == r3"));
  EXPECT_FALSE(ask("(attribute:rack == r1 || attribute:rack == r2) && attribute:rack == r3"));
  EXPECT_TRUE(ask("!(attribute:rack == r2) and runningTasksCount == 3"));
}

TEST(ClusterQuery, RefusesWhatItDoesNotUnderstand) {
  for (auto text : {"", "rack == r1", "attribute:rack", "attribute:rack ==", "attribute:rack ~ r1", "attribute:rack in r1", "attribute:rack in [r1",
                    "(attribute:rack == r1", "attribute:rack == r1 attribute:rack", "attribute:rack == 'r1", "attribute: == a", "attribute:rack =~ (a|b)", "&&"}) {
    auto query = parse_cluster_query(text);
    ASSERT_FALSE(query) << text;
    EXPECT_EQ(query.error().code, "InvalidParameterException");
    EXPECT_EQ(query.error().message.rfind("Invalid expression", 0), 0U) << query.error().message;
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += '(';
  EXPECT_FALSE(parse_cluster_query(deep));
}

TEST(TextPattern, MatchesTheWholeText) {
  auto matches = [](std::string_view pattern, std::string_view text) { return TextPattern::parse(pattern)->matches(text); };
  EXPECT_TRUE(matches("a+b*", "aab"));
  EXPECT_FALSE(matches("a+b*", "b"));
  EXPECT_TRUE(matches("t[2-4]\\.m?icro|x", "t3.icro"));
  EXPECT_TRUE(matches("t[2-4]\\.m?icro|x", "x"));
  EXPECT_FALSE(matches("[^a]", "a"));
  EXPECT_FALSE(TextPattern::parse("(a)"));
  // Exponential for a backtracking engine.
  EXPECT_FALSE(matches("a*a*a*a*a*a*a*a*a*a*b", std::string(120, 'a')));
}

}  // namespace
}  // namespace roadstead
