// One target as a server of a HAProxy backend: its name, address and options in each phase of its life.
//
//   newcomer ──first successful probe──▶ settled ──deregistered──▶ draining ──no request left, or too late──▶ absent
//      └────────────────────────────deregistered──────────────────────────────────────────────────────────────▶
//
// A newcomer gets no requests (weight 0) and is probed quickly until it succeeds once; then a second server takes its
// place, which is up from its first moment and is checked by the settings of its target group. So a slow start does not
// count against a target, and a fast one is in service at once (reference/express-mode.md §2.7).
// The name of a server tells its phase, registration and options: two servers of one name are the same, so comparing
// names is all that it takes to see what HAProxy lacks. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/render/proxy_settings.h"
#include "proxy/render/proxy_view.h"

namespace roadstead {

enum class TargetPhase { newcomer, late_newcomer, settled, draining, absent };

/// Whether a server in this phase still has to succeed once.
constexpr bool is_probed(TargetPhase phase) { return phase == TargetPhase::newcomer || phase == TargetPhase::late_newcomer; }

/// A server as `add server` and the configuration want it.
struct ServerSpec {
  std::string backend;
  std::string name;
  std::string address;  // "10.0.0.4:8080"
  std::string options;  // without the name and address: "check inter 30000 …"
  TargetPhase phase = TargetPhase::newcomer;

  bool operator==(const ServerSpec&) const = default;
};

/// What a running HAProxy says of one server (`show stat`).
struct LiveServer {
  std::string status;        // "UP", "DOWN 1/5", "MAINT", "DRAIN", …
  std::string check_status;  // "L7OK", "L7STS", "L4CON", "INI", …; "* " in front while a check runs is taken off
  int check_code = 0;        // HTTP status of the last check, if it got one
  int sessions = 0;          // requests in flight, upgraded connections included
};

/// By "<backend>/<server>".
using LiveServers = std::map<std::string, LiveServer, std::less<>>;

/// The part that the servers of one registration share: "s_<registration>_" for a settled one.
std::string settled_prefix(const TargetRow& target);

/// The settled server of a target: with the options of its group if there is one, else with older ones, else live.end().
LiveServers::const_iterator find_settled(
    const LiveServers& live, const TargetGroupRow& group, const TargetRow& target, const ProxySettings& settings
);

/// Calls `f(entry)` for all settled servers of a target: two for a moment after a change of options.
template <class Sessions, class F>
void for_each_settled(const Sessions& live, const std::string& backend, const TargetRow& target, F&& f) {
  auto prefix = backend + "/" + settled_prefix(target);
  for (auto at = live.lower_bound(prefix); at != live.end() && at->first.starts_with(prefix); ++at) f(*at);
}

/// In which phase a target is to be now. `live` tells what HAProxy has and saw.
TargetPhase phase_of(
    const TargetGroupRow& group, const TargetRow& target, const LiveServers& live, const ProxySettings& settings, Instant now
);

/// Until when failing probes of a target that never succeeded do not count.
Instant grace_end(const TargetGroupRow& group, const TargetRow& target, const ProxySettings& settings);

/// The server of a target in a phase other than absent.
ServerSpec server_spec(
    const TargetGroupRow& group, const TargetRow& target, TargetPhase phase, const ProxySettings& settings
);

/// The servers that HAProxy is to have now, ordered by backend and name, those of Service Connect too. Targets of groups not in
/// the view are left out.
std::vector<ServerSpec> servers_of(
    const ProxyView& view, const LiveServers& live, const ProxySettings& settings, Instant now
);

}  // namespace roadstead
