// Turns listeners and rules into HAProxy maps: which host and path go to which rule, which rule to which backend.
//
// All load balancers of this machine share its ports, so listeners of one port become one frontend. A request finds its
// rule by its host in `hosts` (indexed: any number of services costs the same), or, where wildcards or paths decide, in
// `rules` (regular expressions in the order of priority). `actions` then names the backend of the rule, or, when traffic
// is split, `splits` does by a random number (reference/limits.md §5.3). All maps change at run time, without a reload.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/render/proxy_settings.h"
#include "proxy/render/proxy_view.h"

namespace roadstead {

struct MapEntry {
  std::string key;
  std::string value;

  bool operator==(const MapEntry&) const = default;
};

/// One map file. `ordered`: the first match counts, so it is replaced as a whole; otherwise keys are unique and sorted.
struct ProxyMap {
  std::string name;
  bool ordered = false;
  std::vector<MapEntry> entries;

  bool operator==(const ProxyMap&) const = default;
};

/// The text of the map file.
std::string render_map(const ProxyMap& map);

/// All listeners of one port.
struct FrontendRoutes {
  int port = 0;  // as AWS shows it
  bool tls = false;
  int idle_timeout_seconds = 60;
  std::string default_rule;  // the number of what happens when nothing matches
  ProxyMap hosts;
  ProxyMap rules;
};

/// A backend that answers by itself.
struct Redirect {
  std::string protocol;  // "http" or "https"
  int port = 443;        // as AWS shows it
  int status_code = 301;
};

struct Routes {
  std::vector<FrontendRoutes> frontends;  // by port
  ProxyMap actions;                       // rule number -> backend
  ProxyMap splits;                        // range of rule number + 0…999 -> backend
  std::map<std::string, FixedResponse> fixed_responses;  // by backend
  std::map<std::string, Redirect> redirects;             // by backend
  std::map<std::string, std::string> problems;           // by ARN: why a listener or rule cannot be real
};

/// The backend of requests that nobody can serve: it answers 503.
inline constexpr std::string_view unavailable_backend = "unavailable";

/// `blocked_ports`: real ports that other programs have; their listeners become problems.
Routes render_routes(const ProxyView& view, const ProxySettings& settings, const std::map<int, std::string>& blocked_ports);

/// "tg-<name>-<eight hexadecimal digits of the ARN's hash>".
std::string backend_name(const TargetGroupRow& group);

/// A number that is a rule's own for ever, a multiple of 1,000, so that number + 0…999 is its own as well.
std::uint64_t rule_number(std::string_view arn);

/// How many of 1,000 requests each weight gets: in proportion, at least one for a weight that is not zero.
/// All zero when no weight is positive.
std::vector<int> shares_of_thousand(const std::vector<int>& weights);

/// AWS's pattern (`*` any characters, `?` one) as a regular expression without anchors. In hosts neither matches '/'.
std::string host_pattern_regex(std::string_view pattern);
std::string path_pattern_regex(std::string_view pattern);

/// Whether `host` matches `pattern`; both in lower case.
bool host_matches(std::string_view pattern, std::string_view host);

}  // namespace roadstead
