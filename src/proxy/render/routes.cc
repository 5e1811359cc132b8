#include "proxy/render/routes.h"

#include <algorithm>
#include <set>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "proxy/render/short_hash.h"

namespace roadstead {
namespace {

/// A rule as it takes part in matching; the default action of a load balancer is one without conditions.
struct MatchRule {
  std::uint64_t number = 0;
  std::vector<std::string> hosts;
  std::vector<std::string> paths;
};

/// The listeners of one load balancer on one port, in the order of matching.
struct Lane {
  const LoadBalancerRow* balancer = nullptr;
  const ListenerRow* listener = nullptr;
  std::vector<MatchRule> rules;
  std::set<std::string> claimed;     // exact hosts
  std::set<std::string> wildcards;   // host patterns
};

bool is_pattern(std::string_view host) { return host.find_first_of("*?") != std::string_view::npos; }

bool is_plain_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '*' || c == '?';
  });
}

void append_escaped(std::string& out, char c) {
  auto byte = static_cast<unsigned char>(c);
  bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-';
  if (plain) {
    out.push_back(c);
  } else if (byte <= ' ' || byte >= 127 || c == '#') {
    out += cat("\\x", to_hex(std::string_view(&c, 1)));
  } else {
    out.push_back('\\');
    out.push_back(c);
  }
}

std::string pattern_regex(std::string_view pattern, std::string_view any) {
  std::string out;
  for (char c : pattern) {
    if (c == '*') {
      out += cat(any, "*");
    } else if (c == '?') {
      out += any;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::vector<std::string> lower_hosts(const std::vector<std::string>& hosts) {
  std::vector<std::string> out;
  for (const auto& host : hosts) out.push_back(to_lower(host));
  return out;
}

class RoutesRenderer {
 public:
  RoutesRenderer(const ProxyView& view, const ProxySettings& settings, const std::map<int, std::string>& blocked_ports)
      : view_(view), settings_(settings), blocked_(blocked_ports) {
    for (const auto& group : view.target_groups) {
      if (is_wanted(group->state)) groups_[group->target_group_arn] = group.get();
    }
  }

  Routes run() {
    routes_.actions.name = "actions.map";
    routes_.splits = {"splits.map", true, {}};
    std::map<int, std::vector<Lane>> lanes;
    for (const auto& balancer : balancers_in_order()) collect_lanes(*balancer, lanes);
    for (auto& [port, of_port] : lanes) add_frontend(port, of_port);
    add_redirect_frontend();
    for (const auto& [number, backend] : actions_) routes_.actions.entries.push_back({cat(number), backend});
    std::ranges::sort(routes_.actions.entries, {}, &MapEntry::key);
    return std::move(routes_);
  }

 private:
  /// The oldest load balancer of a port takes what no other claims.
  std::vector<std::shared_ptr<const LoadBalancerRow>> balancers_in_order() const {
    auto out = view_.load_balancers;
    std::erase_if(out, [](const auto& row) { return !is_wanted(row->state); });
    std::ranges::sort(out, {}, [](const auto& row) {
      return std::make_pair(row->created_at.value_or(Instant{}), row->load_balancer_arn);
    });
    return out;
  }

  void collect_lanes(const LoadBalancerRow& balancer, std::map<int, std::vector<Lane>>& lanes) {
    for (const auto& listener : view_.listeners) {
      if (listener->load_balancer_arn != balancer.load_balancer_arn || !is_wanted(listener->state)) continue;
      auto& of_port = lanes[listener->port];
      if (!may_listen(*listener, of_port)) continue;
      of_port.push_back(lane_of(balancer, *listener));
    }
    std::erase_if(lanes, [](const auto& item) { return item.second.empty(); });
  }

  bool may_listen(const ListenerRow& listener, const std::vector<Lane>& of_port) {
    if (listener.protocol != "HTTP" && listener.protocol != "HTTPS") {
      routes_.problems[listener.listener_arn] = cat("The protocol ", listener.protocol, " is not supported; use HTTP or HTTPS.");
      return false;
    }
    auto blocked = blocked_.find(real_port(settings_, listener.port));
    if (blocked != blocked_.end()) {
      routes_.problems[listener.listener_arn] = blocked->second;
      return false;
    }
    if (!of_port.empty() && of_port.front().listener->protocol != listener.protocol) {
      routes_.problems[listener.listener_arn] =
          cat("Port ", listener.port, " already speaks ", of_port.front().listener->protocol, " for the load balancer ",
              of_port.front().balancer->load_balancer_name, ".");
      return false;
    }
    return true;
  }

  Lane lane_of(const LoadBalancerRow& balancer, const ListenerRow& listener) {
    Lane lane{&balancer, &listener, {}, {}, {}};
    std::vector<const ListenerRuleRow*> rules;
    for (const auto& rule : view_.rules) {
      if (rule->listener_arn == listener.listener_arn && is_wanted(rule->state)) rules.push_back(rule.get());
    }
    std::ranges::sort(rules, {}, [](const auto* rule) { return std::make_pair(rule->priority, rule->rule_arn); });
    lane.claimed.insert(to_lower(balancer.dns_name));
    for (const auto* rule : rules) add_rule(lane, *rule);
    return lane;
  }

  void add_rule(Lane& lane, const ListenerRuleRow& rule) {
    MatchRule match{rule_number(rule.rule_arn), lower_hosts(rule.hosts), rule.path_patterns};
    for (const auto& host : match.hosts) {
      if (!is_plain_host(host)) {
        routes_.problems[rule.rule_arn] = cat("The host name '", host, "' is not valid.");
        return;
      }
    }
    for (const auto& host : match.hosts) (is_pattern(host) ? lane.wildcards : lane.claimed).insert(host);
    add_action(match.number, rule.action);
    lane.rules.push_back(std::move(match));
  }

  void add_frontend(int port, std::vector<Lane>& lanes) {
    FrontendRoutes front;
    front.port = port;
    front.tls = lanes.front().listener->protocol == "HTTPS";
    front.hosts.name = cat("hosts-", port, ".map");
    front.rules = {cat("rules-", port, ".map"), true, {}};
    // The number of the port, not of the listener: it is written in the configuration, which shall stay as it is.
    auto fallback = rule_number(cat("default:", port));
    front.default_rule = cat(fallback);
    add_action(fallback, lanes.front().listener->default_action);
    std::set<std::string> taken;
    for (std::size_t i = 1; i < lanes.size(); ++i) {
      auto number = rule_number(cat("default:", lanes[i].listener->listener_arn));
      add_action(number, lanes[i].listener->default_action);
      lanes[i].rules.push_back({number, {}, {}});
    }
    for (auto& lane : lanes) {
      front.idle_timeout_seconds = std::max(front.idle_timeout_seconds, lane.balancer->idle_timeout_seconds);
      std::erase_if(lane.claimed, [&](const auto& host) { return !taken.insert(host).second; });
    }
    for (std::size_t i = 1; i < lanes.size(); ++i) match_lane(lanes[i], false, front);
    match_lane(lanes.front(), true, front);
    std::ranges::sort(front.hosts.entries, {}, &MapEntry::key);
    routes_.frontends.push_back(std::move(front));
  }

  /// The first rule that can match an exact host, or none.
  static const MatchRule* first_for(const Lane& lane, const std::string& host) {
    for (const auto& rule : lane.rules) {
      bool applies = rule.hosts.empty() || std::ranges::any_of(rule.hosts, [&](const auto& pattern) {
        return host_matches(pattern, host);
      });
      if (applies) return &rule;
    }
    return nullptr;
  }

  static void match_lane(const Lane& lane, bool is_default, FrontendRoutes& front) {
    std::set<std::string> by_path;  // exact hosts whose rule depends on the path
    for (const auto& host : lane.claimed) {
      const auto* rule = first_for(lane, host);
      if (rule == nullptr) continue;
      if (rule->paths.empty()) {
        front.hosts.entries.push_back({host, cat(rule->number)});
      } else {
        by_path.insert(host);
      }
    }
    for (const auto& rule : lane.rules) {
      for (const auto& host : hosts_to_match(lane, rule, is_default)) {
        if (!is_pattern(host) && !by_path.contains(host)) continue;
        append_rule(front.rules, host, rule);
      }
    }
  }

  static std::vector<std::string> hosts_to_match(const Lane& lane, const MatchRule& rule, bool is_default) {
    if (!rule.hosts.empty()) return rule.hosts;
    if (is_default) return {"*"};
    std::vector<std::string> out(lane.claimed.begin(), lane.claimed.end());
    out.insert(out.end(), lane.wildcards.begin(), lane.wildcards.end());
    return out;
  }

  static void append_rule(ProxyMap& map, const std::string& host, const MatchRule& rule) {
    auto start = cat("^", host_pattern_regex(host));
    if (rule.paths.empty()) map.entries.push_back({cat(start, "/"), cat(rule.number)});
    for (const auto& path : rule.paths) {
      map.entries.push_back({cat(start, path_pattern_regex(path), "$"), cat(rule.number)});
    }
  }

  void add_action(std::uint64_t number, const ListenerAction& action) {
    if (action.redirect) {
      actions_[number] = redirect_backend(*action.redirect);
    } else if (action.fixed_response) {
      actions_[number] = fixed_backend(*action.fixed_response);
    } else {
      add_forward(number, action.forward);
    }
  }

  void add_forward(std::uint64_t number, const std::vector<WeightedTargetGroup>& forward) {
    std::vector<int> weights;
    std::vector<std::string> backends;
    for (const auto& choice : forward) {
      weights.push_back(forward.size() == 1 ? 1 : choice.weight);
      auto group = groups_.find(choice.target_group_arn);
      backends.push_back(group == groups_.end() ? std::string(unavailable_backend) : backend_name(*group->second));
    }
    auto shares = shares_of_thousand(weights);
    auto all = std::ranges::find(shares, 1000);
    if (all != shares.end()) {
      actions_[number] = backends[static_cast<std::size_t>(all - shares.begin())];
      return;
    }
    std::uint64_t from = number;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (shares[i] == 0) continue;
      auto next = from + static_cast<std::uint64_t>(shares[i]);
      routes_.splits.entries.push_back({cat(from, ":", next - 1), backends[i]});
      from = next;
    }
    if (from == number) actions_[number] = unavailable_backend;
  }

  std::string fixed_backend(const FixedResponse& response) {
    auto hash = sha256_hex(cat(response.status_code, "\n", response.content_type, "\n", response.body)).substr(0, 12);
    auto name = cat("fixed-", response.status_code, "-", hash);
    routes_.fixed_responses[name] = response;
    return name;
  }

  std::string redirect_backend(const RedirectTo& to) {
    auto protocol = to_lower(to.protocol) == "http" ? "http" : "https";
    int standard = protocol == std::string_view("http") ? 80 : 443;
    int port = to_number<int>(to.port).value_or(standard);
    auto name = cat("redirect-", protocol, "-", port, "-", to.status_code);
    routes_.redirects[name] = {protocol, port, to.status_code};
    return name;
  }

  /// Plain HTTP is sent to HTTPS, which AWS leaves to the user (reference/express-mode.md §8, 19).
  void add_redirect_frontend() {
    auto listens = [&](int port) {
      return std::ranges::any_of(routes_.frontends, [&](const auto& front) { return front.port == port; });
    };
    bool blocked = blocked_.contains(settings_.http_port);
    if (!settings_.redirect_http || blocked || listens(80) || !listens(443)) return;
    FrontendRoutes front;
    front.port = 80;
    front.hosts.name = "hosts-80.map";
    front.rules = {"rules-80.map", true, {}};
    auto fallback = rule_number("default:80");
    front.default_rule = cat(fallback);
    actions_[fallback] = redirect_backend({"HTTPS", "443", 301});
    routes_.frontends.insert(routes_.frontends.begin(), std::move(front));
    std::ranges::sort(routes_.frontends, {}, &FrontendRoutes::port);
  }

  const ProxyView& view_;
  const ProxySettings& settings_;
  const std::map<int, std::string>& blocked_;
  std::map<std::string, const TargetGroupRow*> groups_;
  std::map<std::uint64_t, std::string> actions_;
  Routes routes_;
};

}  // namespace

std::string render_map(const ProxyMap& map) {
  std::string out;
  for (const auto& entry : map.entries) out += cat(entry.key, " ", entry.value, "\n");
  return out;
}

Routes render_routes(
    const ProxyView& view, const ProxySettings& settings, const std::map<int, std::string>& blocked_ports
) {
  return RoutesRenderer(view, settings, blocked_ports).run();
}

std::string backend_name(const TargetGroupRow& group) {
  std::string name;
  for (char c : group.target_group_name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    name.push_back(plain ? c : '-');
  }
  return cat("tg-", name, "-", short_hash(group.target_group_arn));
}

std::uint64_t rule_number(std::string_view arn) {
  std::uint64_t bits = 0;
  auto digest = sha256(arn);
  for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | static_cast<unsigned char>(digest[i]);
  return (bits + 1) * 1000;
}

std::vector<int> shares_of_thousand(const std::vector<int>& weights) {
  std::vector<int> shares(weights.size(), 0);
  std::int64_t total = 0;
  for (int weight : weights) total += std::max(weight, 0);
  if (total == 0) return shares;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    shares[i] = static_cast<int>(std::max<std::int64_t>(1, weights[i] * std::int64_t{1000} / total));
    given += shares[i];
  }
  // What rounding left over, or gave too much, is settled with those that have the most: there it matters least.
  for (; given != 1000; given += given < 1000 ? 1 : -1) *std::ranges::max_element(shares) += given < 1000 ? 1 : -1;
  return shares;
}

std::string host_pattern_regex(std::string_view pattern) { return pattern_regex(pattern, "[^/]"); }

std::string path_pattern_regex(std::string_view pattern) { return pattern_regex(pattern, "."); }

bool host_matches(std::string_view pattern, std::string_view host) {
  // Greedy matching with one point of return: linear but for repeated stars.
  std::size_t p = 0, h = 0, star = std::string_view::npos, resume = 0;
  while (h < host.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == host[h])) {
      ++p, ++h;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = h;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      h = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace roadstead
