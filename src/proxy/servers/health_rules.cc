#include "proxy/servers/health_rules.h"

#include "base/text/text.h"
#include "proxy/render/render_haproxy.h"
#include "proxy/render/routes.h"

namespace roadstead {
namespace {

/// Whether HAProxy gives a server no new requests. A failed one says DOWN, also while it drains.
bool is_closed(const LiveServer& server) {
  return server.status.starts_with("DRAIN") || server.status.starts_with("MAINT") || server.status.starts_with("DOWN");
}

void judge_draining(const TargetSituation& situation, Instant now, TargetObservation& out) {
  const auto& target = situation.target;
  out.state = TargetState::draining;
  out.reason = "Target.DeregistrationInProgress";
  out.description = "Target deregistration is in progress";
  auto since = target.deregistered_at.value_or(now);
  bool too_late = now >= since + std::chrono::seconds(situation.group.deregistration_delay_seconds);
  auto backend = backend_name(situation.group);
  int sessions = 0;
  bool closed = true;  // a server that still takes new requests is not drained, whatever it carries this moment
  for_each_settled(situation.live, backend, target, [&](const auto& server) {
    sessions += server.second.sessions;
    closed = closed && is_closed(server.second);
  });
  for_each_settled(situation.old_sessions, backend, target, [&](const auto& server) { sessions += server.second; });
  out.drained = target.drained || too_late || (closed && sessions == 0);
}

void judge_newcomer(
    const TargetSituation& situation, const ProxySettings& settings, Instant now, TargetObservation& out
) {
  auto newcomer = server_spec(situation.group, situation.target, TargetPhase::newcomer, settings);
  auto late = server_spec(situation.group, situation.target, TargetPhase::late_newcomer, settings);
  auto server = situation.live.find(cat(newcomer.backend, "/", newcomer.name));
  if (server == situation.live.end()) server = situation.live.find(cat(late.backend, "/", late.name));
  if (server == situation.live.end()) {
    out.reason = "Elb.RegistrationInProgress";
    out.description = "Target registration is in progress";
    // What was said of a target holds until something else is seen.
    if (situation.target.state == TargetState::unhealthy) {
      out.state = TargetState::unhealthy;
      out.reason = situation.target.reason;
      out.description = situation.target.description;
    }
    return;
  }
  bool failing = !server->second.check_status.empty() && !server->second.check_status.starts_with("INI") &&
                 !server->second.check_status.starts_with("L7OK");
  if (failing && now >= grace_end(situation.group, situation.target, settings)) {
    auto failure = health_failure(server->second);
    out.state = TargetState::unhealthy;
    out.reason = failure.reason;
    out.description = failure.description;
    return;
  }
  out.reason = "Elb.InitialHealthChecking";
  out.description = "Initial health checks in progress";
  if (failing) *out.description += cat("; the last one: ", health_failure(server->second).description);
}

}  // namespace

TargetObservation judge_target(const TargetSituation& situation, const ProxySettings& settings, Instant now) {
  const auto& target = situation.target;
  TargetObservation out{target.target_group_arn, target.target_id, target.port, target.registered_at,
                        TargetState::initial,    std::nullopt,     std::nullopt, false};
  auto settled = find_settled(situation.live, situation.group, target, settings);
  if (target.deregistering) {
    judge_draining(situation, now, out);
    return out;
  }
  if (settled == situation.live.end()) {
    judge_newcomer(situation, settings, now, out);
    return out;
  }
  if (settled->second.status.starts_with("DOWN")) {
    auto failure = health_failure(settled->second);
    out.state = TargetState::unhealthy;
    out.reason = failure.reason;
    out.description = failure.description;
  } else if (settled->second.status.starts_with("UP")) {
    out.state = TargetState::healthy;
  } else {
    out.reason = "Elb.RegistrationInProgress";
    out.description = "Target registration is in progress";
  }
  return out;
}

HealthFailure health_failure(const LiveServer& server) {
  if (server.check_status.starts_with("L7STS") && server.check_code > 0) {
    return {"Target.ResponseCodeMismatch", cat("Health checks failed with these codes: [", server.check_code, "]")};
  }
  if (server.check_status.ends_with("TOUT")) return {"Target.Timeout", "Request timed out"};
  // AWS stops after the third word; that the port is wrong is what its users have to find out.
  if (server.check_status == "L4CON") return {"Target.FailedHealthChecks", "Health checks failed: nobody listens"};
  return {"Target.FailedHealthChecks", "Health checks failed"};
}

std::vector<ResourceObservation> judge_resources(
    const ProxyView& view, const std::map<std::string, std::string>& problems, const std::map<std::string, Instant>& not_after
) {
  std::vector<ResourceObservation> out;
  auto judge = [&](ResourceKind kind, const std::string& arn, const ResourceState& state) -> ResourceObservation& {
    auto problem = problems.find(arn);
    auto& seen = out.emplace_back(ResourceObservation{kind, arn, ecs::ManagedResourceStatus::active, {}, {}});
    if (!is_wanted(state)) {
      seen.status = ecs::ManagedResourceStatus::deleted;
    } else if (problem != problems.end()) {
      seen.status = ecs::ManagedResourceStatus::failed;
      seen.reason = problem->second;
    }
    return seen;
  };
  for (const auto& row : view.load_balancers) judge(ResourceKind::load_balancer, row->load_balancer_arn, row->state);
  for (const auto& row : view.listeners) judge(ResourceKind::listener, row->listener_arn, row->state);
  for (const auto& row : view.rules) judge(ResourceKind::rule, row->rule_arn, row->state);
  for (const auto& row : view.target_groups) judge(ResourceKind::target_group, row->target_group_arn, row->state);
  for (const auto& row : view.certificates) {
    auto& seen = judge(ResourceKind::certificate, row->certificate_arn, row->state);
    auto issued = not_after.find(to_lower(row->domain_name));
    if (issued != not_after.end()) seen.not_after = issued->second;
    if (seen.status != ecs::ManagedResourceStatus::active || issued != not_after.end()) continue;
    if (is_certificate_name(row->domain_name)) {
      seen.status = ecs::ManagedResourceStatus::provisioning;
    } else {
      seen.status = ecs::ManagedResourceStatus::failed;
      seen.reason = cat("The domain name '", row->domain_name, "' is not valid.");
    }
  }
  return out;
}

}  // namespace roadstead
