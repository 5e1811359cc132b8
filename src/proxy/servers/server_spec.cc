#include "proxy/servers/server_spec.h"

#include <algorithm>
#include <tuple>

#include "base/text/text.h"
#include "proxy/render/render_connect.h"
#include "proxy/render/routes.h"
#include "proxy/render/short_hash.h"

namespace roadstead {
namespace {

std::string registration(const TargetRow& target) {
  return short_hash(cat(target.target_id, "\n", target.port, "\n", target.registered_at.value_or(Instant{}).micros));
}

std::int64_t millis(Duration span) { return std::chrono::duration_cast<std::chrono::milliseconds>(span).count(); }

int effective_port(const TargetGroupRow& group, const TargetRow& target) {
  return target.port > 0 ? target.port : group.port;
}

std::string check_options(const TargetGroupRow& group, TargetPhase phase, const ProxySettings& settings) {
  if (is_probed(phase)) {
    auto interval = millis(settings.probe_interval);
    if (phase == TargetPhase::late_newcomer) {
      interval = std::min<std::int64_t>(millis(settings.late_probe_interval), group.health_check_interval_seconds * 1000);
    }
    return cat("check inter ", interval, " rise 1 fall 1 weight 0");
  }
  return cat("check inter ", group.health_check_interval_seconds * 1000, " rise ", group.healthy_threshold, " fall ",
             group.unhealthy_threshold, " weight 1");
}

LiveServers::const_iterator find_prefix(const LiveServers& live, const std::string& prefix) {
  auto found = live.lower_bound(prefix);
  return found != live.end() && found->first.starts_with(prefix) ? found : live.end();
}

void append_servers(
    const TargetGroupRow& group, const TargetRow& target, TargetPhase phase, const LiveServers& live,
    const ProxySettings& settings, std::vector<ServerSpec>& out
) {
  if (phase == TargetPhase::absent) return;
  auto spec = server_spec(group, target, phase, settings);
  if (phase != TargetPhase::draining) {
    out.push_back(std::move(spec));
    return;
  }
  // What drains keeps the name and options that it has, whatever became of the settings.
  for_each_settled(live, spec.backend, target, [&](const auto& server) {
    auto& draining = out.emplace_back(spec);
    draining.name = server.first.substr(spec.backend.size() + 1);
  });
}

}  // namespace

std::string settled_prefix(const TargetRow& target) { return cat("s_", registration(target), "_"); }

LiveServers::const_iterator find_settled(
    const LiveServers& live, const TargetGroupRow& group, const TargetRow& target, const ProxySettings& settings
) {
  auto spec = server_spec(group, target, TargetPhase::settled, settings);
  auto exact = live.find(cat(spec.backend, "/", spec.name));
  return exact != live.end() ? exact : find_prefix(live, cat(spec.backend, "/", settled_prefix(target)));
}

Instant grace_end(const TargetGroupRow& group, const TargetRow& target, const ProxySettings& settings) {
  auto by_settings = std::chrono::seconds(group.health_check_interval_seconds * group.unhealthy_threshold);
  return target.registered_at.value_or(Instant{}) + std::max<Duration>(settings.startup_grace, by_settings);
}

TargetPhase phase_of(
    const TargetGroupRow& group, const TargetRow& target, const LiveServers& live, const ProxySettings& settings, Instant now
) {
  auto backend = backend_name(group);
  bool is_settled = find_settled(live, group, target, settings) != live.end();
  if (target.deregistering) return is_settled && !target.drained ? TargetPhase::draining : TargetPhase::absent;
  // A target that was healthy before HAProxy was started anew serves at once.
  if (is_settled || target.state == TargetState::healthy) return TargetPhase::settled;
  auto probe = find_prefix(live, cat(backend, "/n_", registration(target), "_"));
  if (probe != live.end() && probe->second.check_status.starts_with("L7OK")) return TargetPhase::settled;
  return now < grace_end(group, target, settings) ? TargetPhase::newcomer : TargetPhase::late_newcomer;
}

ServerSpec server_spec(
    const TargetGroupRow& group, const TargetRow& target, TargetPhase phase, const ProxySettings& settings
) {
  ServerSpec spec;
  spec.backend = backend_name(group);
  spec.phase = phase;
  spec.address = cat(target.target_id, ":", effective_port(group, target));
  spec.options = check_options(group, phase, settings);
  if (auto port = to_number<int>(group.health_check_port)) spec.options += cat(" port ", *port);
  // AWS does not verify certificates of targets either.
  if (group.protocol == "HTTPS") spec.options += " ssl verify none check-ssl";
  // Connections to targets are kept and used again, which HAProxy does not do of itself with servers that come at run
  // time; idle ones go before a target's own keep-alive limit (often 5 s) can race with a request.
  spec.options += " pool-max-conn -1 pool-purge-delay 1000";
  spec.name = cat(is_probed(phase) ? "n_" : "s_", registration(target), "_", short_hash(spec.options), "_", spec.address);
  return spec;
}

std::vector<ServerSpec> servers_of(
    const ProxyView& view, const LiveServers& live, const ProxySettings& settings, Instant now
) {
  std::map<std::string_view, const TargetGroupRow*> groups;
  for (const auto& group : view.target_groups) {
    if (is_wanted(group->state)) groups[group->target_group_arn] = group.get();
  }
  std::vector<ServerSpec> servers;
  for (const auto& target : view.targets) {
    auto group = groups.find(target->target_group_arn);
    if (group == groups.end()) continue;
    auto phase = phase_of(*group->second, *target, live, settings, now);
    append_servers(*group->second, *target, phase, live, settings, servers);
  }
  for (auto& server : connect_servers_of(view)) servers.push_back(std::move(server));
  std::ranges::sort(servers, [](const auto& a, const auto& b) {
    return std::tie(a.backend, a.name) < std::tie(b.backend, b.name);
  });
  return servers;
}

}  // namespace roadstead
