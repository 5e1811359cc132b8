#include "proxy/render/routes.h"

#include <gtest/gtest.h>

#include <numeric>

#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;

std::string find(const ProxyMap& map, const std::string& key) {
  for (const auto& entry : map.entries) {
    if (entry.key == key) return entry.value;
  }
  return {};
}

std::string number_of(const std::string& arn) { return cat(rule_number(arn)); }

std::string number_of(const ListenerRuleRow& row) { return number_of(row.rule_arn); }

const FrontendRoutes& front(const Routes& routes, int port) {
  for (const auto& frontend : routes.frontends) {
    if (frontend.port == port) return frontend;
  }
  throw std::out_of_range("no such frontend");
}

TEST(Routes, AHostWithoutPathsIsFoundByTheIndexedMap) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  add(view, target_group("web"));
  auto web = rule("lb", 1, {"Web.localhost"}, {}, forward_to({{"web", 1}}));
  add(view, web);
  auto routes = render_routes(view, {}, {});
  const auto& https = front(routes, 443);
  EXPECT_TRUE(https.tls);
  EXPECT_EQ(find(https.hosts, "web.localhost"), number_of(web));
  EXPECT_TRUE(https.rules.entries.empty());
  EXPECT_EQ(find(routes.actions, number_of(web)), backend_name(*view.target_groups[0]));
  EXPECT_EQ(find(routes.actions, https.default_rule).substr(0, 10), "fixed-404-");
  EXPECT_TRUE(routes.splits.entries.empty());
}

TEST(Routes, PlainHttpIsRedirectedUnlessAListenerIsThere) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  auto routes = render_routes(view, {}, {});
  ASSERT_EQ(routes.frontends.size(), 2u);
  EXPECT_EQ(find(routes.actions, front(routes, 80).default_rule), "redirect-https-443-301");
  add(view, listener("lb", 80, "HTTP"));
  routes = render_routes(view, {}, {});
  ASSERT_EQ(routes.frontends.size(), 2u);
  EXPECT_EQ(find(routes.actions, front(routes, 80).default_rule).substr(0, 10), "fixed-404-");
}

TEST(Routes, PathsAreMatchedInTheOrderOfPriority) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  add(view, target_group("api"));
  add(view, target_group("web"));
  auto web = rule("lb", 20, {"x.localhost"}, {}, forward_to({{"web", 1}}));
  auto api = rule("lb", 10, {"x.localhost"}, {"/api/*", "/v?"}, forward_to({{"api", 1}}));
  auto any = rule("lb", 30, {}, {"/status"}, forward_to({{"api", 1}}));
  add(view, web);
  add(view, api);
  add(view, any);
  auto https = front(render_routes(view, {}, {}), 443);
  EXPECT_EQ(find(https.hosts, "x.localhost"), "");
  std::vector<MapEntry> want{{"^x\\.localhost/api/.*$", number_of(api)},
                             {"^x\\.localhost/v.$", number_of(api)},
                             {"^x\\.localhost/", number_of(web)},
                             {"^[^/]*/status$", number_of(any)}};
  EXPECT_EQ(https.rules.entries, want);
}

TEST(Routes, AnExactHostYieldsToAWildcardOfHigherPriority) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  auto star = rule("lb", 1, {"*.localhost"}, {}, forward_to({}));
  auto exact = rule("lb", 2, {"a.localhost"}, {}, forward_to({}));
  add(view, exact);
  add(view, star);
  auto https = front(render_routes(view, {}, {}), 443);
  EXPECT_EQ(find(https.hosts, "a.localhost"), number_of(star));
  ASSERT_EQ(https.rules.entries.size(), 1u);
  EXPECT_EQ(https.rules.entries[0].key, "^[^/]*\\.localhost/");
}

TEST(Routes, SeveralLoadBalancersShareAPort) {
  ProxyView view;
  auto second = listener("young");
  second.default_action.fixed_response->status_code = 410;
  add(view, load_balancer("young", Instant::from_seconds(20)));
  add(view, load_balancer("old", Instant::from_seconds(10)));
  add(view, second);
  add(view, listener("old"));
  auto young = rule("young", 1, {"y.localhost"}, {"/only"}, forward_to({}));
  add(view, young);
  auto routes = render_routes(view, {}, {});
  auto https = front(routes, 443);
  auto young_default = number_of(cat("default:", second.listener_arn));
  EXPECT_EQ(find(https.hosts, "young.elb.localhost"), young_default);
  ASSERT_EQ(https.rules.entries.size(), 2u);
  EXPECT_EQ(https.rules.entries[0], (MapEntry{"^y\\.localhost/only$", number_of(young)}));
  EXPECT_EQ(https.rules.entries[1], (MapEntry{"^y\\.localhost/", young_default}));
  EXPECT_EQ(find(routes.actions, young_default).substr(0, 10), "fixed-410-");
  EXPECT_EQ(find(routes.actions, https.default_rule).substr(0, 10), "fixed-404-");
}

TEST(Routes, WeightsBecomeRangesOfTheRulesOwnNumbers) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  add(view, target_group("blue"));
  add(view, target_group("green"));
  auto split = rule("lb", 1, {"a.localhost"}, {}, forward_to({{"blue", 950}, {"green", 50}}));
  add(view, split);
  auto routes = render_routes(view, {}, {});
  auto first = rule_number(split.rule_arn);
  ASSERT_EQ(routes.splits.entries.size(), 2u);
  EXPECT_EQ(routes.splits.entries[0], (MapEntry{cat(first, ":", first + 949), backend_name(*view.target_groups[0])}));
  EXPECT_EQ(routes.splits.entries[1], (MapEntry{cat(first + 950, ":", first + 999), backend_name(*view.target_groups[1])}));
  EXPECT_EQ(find(routes.actions, cat(first)), "");
}

TEST(Routes, AWeightOfAllIsNoSplit) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  add(view, target_group("blue"));
  add(view, target_group("green"));
  add(view, rule("lb", 1, {"a.localhost"}, {}, forward_to({{"blue", 0}, {"green", 100}})));
  add(view, rule("lb", 2, {"b.localhost"}, {}, forward_to({{"gone", 1}})));
  add(view, rule("lb", 3, {"c.localhost"}, {}, forward_to({{"blue", 0}, {"green", 0}})));
  auto routes = render_routes(view, {}, {});
  EXPECT_TRUE(routes.splits.entries.empty());
  EXPECT_EQ(find(routes.actions, number_of(*view.rules[0])), backend_name(*view.target_groups[1]));
  EXPECT_EQ(find(routes.actions, number_of(*view.rules[1])), unavailable_backend);
  EXPECT_EQ(find(routes.actions, number_of(*view.rules[2])), unavailable_backend);
}

TEST(Routes, WhatCannotBeIsAProblemAndTheRestGoesOn) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, load_balancer("other", Instant::from_seconds(5)));
  add(view, listener("lb"));
  add(view, listener("lb", 9000, "TCP"));
  add(view, listener("lb", 8081, "HTTP"));
  add(view, listener("other", 443, "HTTP"));
  add(view, rule("lb", 1, {"bad host"}, {}, forward_to({})));
  add(view, rule("lb", 2, {"good.localhost"}, {}, forward_to({})));
  auto routes = render_routes(view, {}, {{8081, "Port 8081 is used by another program."}});
  EXPECT_EQ(routes.problems.size(), 4u);
  EXPECT_EQ(routes.problems.at(view.listeners[2]->listener_arn), "Port 8081 is used by another program.");
  EXPECT_EQ(routes.problems.at(view.rules[0]->rule_arn), "The host name 'bad host' is not valid.");
  EXPECT_EQ(find(front(routes, 443).hosts, "good.localhost"), number_of(*view.rules[1]));
}

TEST(Routes, WhatIsOnItsWayOutIsNotRendered) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  auto leaving = rule("lb", 1, {"a.localhost"}, {}, forward_to({}));
  leaving.state.status = ecs::ManagedResourceStatus::deprovisioning;
  add(view, leaving);
  EXPECT_EQ(find(front(render_routes(view, {}, {}), 443).hosts, "a.localhost"), "");
}

TEST(Shares, AlwaysMakeAThousand) {
  for (const std::vector<int>& weights :
       {std::vector<int>{1, 1, 1}, {999, 1}, {1, 100000}, {0, 5, 0}, {33, 33, 34}, {7, 11, 13, 17}}) {
    auto shares = shares_of_thousand(weights);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), 0), 1000);
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(shares[i] > 0, weights[i] > 0);
  }
  EXPECT_EQ(shares_of_thousand({0, 0}), (std::vector<int>{0, 0}));
  EXPECT_EQ(shares_of_thousand({95, 5}), (std::vector<int>{950, 50}));
}

TEST(Patterns, MatchAsAwsDoes) {
  EXPECT_TRUE(host_matches("*.example.com", "a.b.example.com"));
  EXPECT_TRUE(host_matches("a?.x", "ab.x"));
  EXPECT_FALSE(host_matches("a?.x", "a.x"));
  EXPECT_FALSE(host_matches("*.example.com", "example.com"));
  EXPECT_TRUE(host_matches("*", "anything"));
  EXPECT_EQ(path_pattern_regex("/a b#(.*"), "/a\\x20b\\x23\\(\\..*");
}

TEST(RuleNumbers, AreAThousandApart) {
  EXPECT_EQ(rule_number("a") % 1000, 0u);
  EXPECT_NE(rule_number("a"), rule_number("b"));
  EXPECT_GT(rule_number(""), 0u);
}

}  // namespace
}  // namespace roadstead
