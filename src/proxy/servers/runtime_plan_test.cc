#include "proxy/servers/runtime_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text/text.h"
#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;

/// Carries out steps on maps in memory, and tells after each whether a host still finds a backend.
class Machine {
 public:
  explicit Machine(const Routes& routes) { load(routes); }

  /// Where a request goes for each of 1,000 random numbers; "" when it finds nothing.
  std::set<std::string> backends_of(const std::string& host) const {
    auto rule = look_up("hosts-443.map", host);
    if (rule.empty()) rule = look_up("rules-443.map", "^" + replace_all(host, ".", "\\.") + "/");
    auto action = look_up("actions.map", rule);
    if (!action.empty()) return {action};
    std::set<std::string> out;
    auto number = to_number<std::uint64_t>(rule).value_or(0);
    for (std::uint64_t i = 0; i < 1000; ++i) out.insert(in_splits(number + i));
    return out;
  }

  template <class F>
  void run(const std::vector<RuntimeStep>& steps, F&& after_each) {
    for (const auto& step : steps) {
      for (const auto& command : step.commands) {
        run_command(command.text);
        after_each();
      }
      if (step.replacement) {
        auto& map = maps_[name_of(step.replacement->path)];
        map.clear();
        for (const auto& payload : step.replacement->payloads) {
          for (auto line : split(payload, '\n')) {
            auto space = line.find(' ');
            if (space != std::string_view::npos) map[std::string(line.substr(0, space))] = line.substr(space + 1);
          }
        }
        after_each();
      }
    }
  }

  void load(const Routes& routes) {
    for (const auto* map : {&routes.actions, &routes.splits}) fill(*map);
    for (const auto& front : routes.frontends) {
      fill(front.hosts);
      fill(front.rules);
    }
  }

  std::map<std::string, std::map<std::string, std::string>> maps_;

 private:
  void fill(const ProxyMap& map) {
    auto& out = maps_[map.name];
    for (const auto& entry : map.entries) out[entry.key] = entry.value;
  }

  static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  void run_command(const std::string& text) {
    auto words = split(text, ' ');
    auto& map = maps_[name_of(std::string(words[2]))];
    std::string key(words[3]);
    if (words[0] == "del") {
      ASSERT_EQ(map.erase(key), 1u) << text;
    }
    if (words[0] == "add") {
      ASSERT_TRUE(map.emplace(key, words[4]).second) << text;
    }
    if (words[0] == "set") {
      ASSERT_TRUE(map.contains(key)) << text;
      map[key] = words[4];
    }
  }

  std::string look_up(const std::string& name, const std::string& key) const {
    auto map = maps_.find(name);
    if (map == maps_.end()) return {};
    auto entry = map->second.find(key);
    return entry == map->second.end() ? "" : entry->second;
  }

  std::string in_splits(std::uint64_t number) const {
    auto map = maps_.find("splits.map");
    for (const auto& [range, backend] : map->second) {
      auto colon = range.find(':');
      auto from = to_number<std::uint64_t>(std::string_view(range).substr(0, colon)).value_or(1);
      auto to = to_number<std::uint64_t>(std::string_view(range).substr(colon + 1)).value_or(0);
      if (from <= number && number <= to) return backend;
    }
    return {};
  }
};

Routes routes_with(const Weights& weights, const std::vector<std::string>& paths = {}, bool second_rule = false) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  add(view, target_group("blue"));
  add(view, target_group("green"));
  add(view, rule("lb", 5, {"a.localhost"}, {}, forward_to(weights)));
  if (!paths.empty()) add(view, rule("lb", 2, {"a.localhost"}, paths, forward_to({{"green", 1}})));
  if (second_rule) add(view, rule("lb", 9, {"b.localhost"}, {}, forward_to({{"blue", 1}, {"green", 1}})));
  return render_routes(view, {}, {});
}

TEST(PlanMaps, NothingToDoIsNoStep) {
  auto routes = routes_with({{"blue", 1}});
  EXPECT_TRUE(plan_maps("/d", &routes, routes).empty());
}

TEST(PlanMaps, ANewServiceIsTwoCommands) {
  auto before = routes_with({{"blue", 1}});
  auto after = routes_with({{"blue", 1}}, {}, false);
  after.actions.entries.push_back({"9000", "tg-x"});
  after.frontends[1].hosts.entries.push_back({"x.localhost", "9000"});
  auto steps = plan_maps("/d", &before, after);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].commands[0].text, "add map /d/maps/actions.map 9000 tg-x");
  EXPECT_EQ(steps[1].commands[0].text, "add map /d/maps/hosts-443.map x.localhost 9000");
}

TEST(PlanMaps, EveryRequestFindsABackendAtEveryMoment) {
  std::vector<Routes> all{routes_with({{"blue", 1}, {"green", 0}}),    routes_with({{"blue", 95}, {"green", 5}}),
                          routes_with({{"blue", 50}, {"green", 50}}),  routes_with({{"blue", 0}, {"green", 1}}),
                          routes_with({{"blue", 1}}, {"/api/*"}),      routes_with({{"blue", 1}, {"green", 3}}, {"/x"}),
                          routes_with({{"blue", 1}}, {"/api/*"}, true)};
  for (const auto& before : all) {
    for (const auto& after : all) {
      Machine machine(before);
      machine.run(plan_maps("/d", &before, after), [&] {
        EXPECT_FALSE(machine.backends_of("a.localhost").contains(""));
      });
      Machine want(after);
      EXPECT_EQ(machine.maps_, want.maps_);
    }
  }
}

TEST(PlanMaps, EverythingIsReplacedWhenNothingIsKnown) {
  auto want = routes_with({{"blue", 1}, {"green", 3}}, {"/x"}, true);
  Machine machine(routes_with({{"green", 1}}));
  auto steps = plan_maps("/d", nullptr, want);
  for (const auto& step : steps) EXPECT_TRUE(step.replacement.has_value());
  machine.run(steps, [] {});
  EXPECT_EQ(machine.maps_, Machine(want).maps_);
}

TEST(PlanMaps, LargeMapsAreSentInPieces) {
  Routes want = routes_with({{"blue", 1}});
  for (int i = 10'000; i < 12'000; ++i) want.actions.entries.push_back({cat(i), "tg-somewhere-01234567"});
  auto steps = plan_maps("/d", nullptr, want);
  std::size_t largest = 0, pieces = 0;
  for (const auto& step : steps) {
    for (const auto& payload : step.replacement->payloads) largest = std::max(largest, payload.size());
    pieces = std::max(pieces, step.replacement->payloads.size());
  }
  EXPECT_GT(pieces, 3u);
  EXPECT_LE(largest, 8000u);
}

ServerSpec server(const std::string& name, TargetPhase phase) {
  return {"tg-a", name, "10.0.0.1:80", "check", phase};
}

std::vector<std::string> texts(const std::vector<RuntimeCommand>& commands) {
  std::vector<std::string> out;
  for (const auto& command : commands) out.push_back(command.text);
  return out;
}

TEST(PlanServers, ANewcomerTakesThreeCommandsAndASettledOneStartsFullyHealthy) {
  std::vector<std::string> newcomer{"add server tg-a/n 10.0.0.1:80 check", "enable health tg-a/n", "enable server tg-a/n"};
  EXPECT_EQ(texts(plan_servers({}, {server("n", TargetPhase::newcomer)})), newcomer);
  auto settled = texts(plan_servers({}, {server("s", TargetPhase::settled)}));
  EXPECT_EQ(settled.back(), "set server tg-a/s health up");
}

TEST(PlanServers, DrainsOnceAndRemovesWhatIsIdle) {
  LiveServers live{{"tg-a/s", {"UP", "L7OK", 200, 4}}};
  EXPECT_EQ(texts(plan_servers(live, {server("s", TargetPhase::draining)})),
            std::vector<std::string>{"set server tg-a/s state drain"});
  live["tg-a/s"].status = "DRAIN";
  EXPECT_TRUE(plan_servers(live, {server("s", TargetPhase::draining)}).empty());
  EXPECT_TRUE(plan_servers(live, {}).empty()) << "requests are still in flight";
  live["tg-a/s"].sessions = 0;
  std::vector<std::string> removal{"set server tg-a/s state maint", "del server tg-a/s"};
  EXPECT_EQ(texts(plan_servers(live, {})), removal);
}

TEST(PlanServers, AnUnwantedServerWithRequestsIsClosedFirst) {
  LiveServers live{{"tg-a/s", {"UP", "L7OK", 200, 1}}, {"other/x", {"UP", "", 0, 0}}};
  EXPECT_EQ(texts(plan_servers(live, {})), std::vector<std::string>{"set server tg-a/s state drain"});
}

}  // namespace
}  // namespace roadstead
