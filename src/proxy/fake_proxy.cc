#include "proxy/fake_proxy.h"

#include "base/text/text.h"
#include "proxy/servers/health_rules.h"

namespace roadstead {

Result<ProxyObservation> FakeProxy::step(const ProxyView& view, Instant now) {
  if (broken) return *broken;
  shut_down_ = false;
  ProxyObservation out;
  out.look_again_in = std::chrono::milliseconds(100);
  std::map<std::string_view, int> delays;
  for (const auto& group : view.target_groups) delays[group->target_group_arn] = group->deregistration_delay_seconds;
  std::map<Registration, Seen> still;
  for (const auto& target : view.targets) {
    if (!delays.contains(target->target_group_arn)) continue;
    Registration key{target->target_group_arn, target->target_id, target->port, target->registered_at};
    auto seen = seen_.find(key);
    auto& now_seen = still[key] = seen == seen_.end() ? Seen{now, {}, target->state == TargetState::healthy} : seen->second;
    out.targets.push_back(judge(*target, now_seen, delays[target->target_group_arn], now));
  }
  seen_ = std::move(still);
  std::map<std::string, Instant> not_after;
  for (const auto& row : view.certificates) {
    not_after[to_lower(row->domain_name)] = row->created_at.value_or(now) + std::chrono::hours(24 * 397);
  }
  for (auto& resource : judge_resources(view, problems, not_after)) {
    auto since = resources_seen_.try_emplace(cat(resource.arn, "\n", to_string(resource.status)), now).first->second;
    if (now - since >= resources_take) out.resources.push_back(std::move(resource));
  }
  return out;
}

TargetObservation FakeProxy::judge(
    const TargetRow& target, Seen& seen, int deregistration_delay_seconds, Instant now
) const {
  TargetObservation out{target.target_group_arn, target.target_id, target.port, target.registered_at,
                        TargetState::initial,    std::nullopt,     std::nullopt, false};
  auto named = targets.find(target.target_id);
  const auto& behaviour = named == targets.end() ? default_target : named->second;
  if (target.deregistering) {
    if (!seen.deregistered) seen.deregistered = now;
    auto patience = std::min<Duration>(behaviour.drains_in, std::chrono::seconds(deregistration_delay_seconds));
    out.state = TargetState::draining;
    out.reason = "Target.DeregistrationInProgress";
    out.description = "Target deregistration is in progress";
    out.drained = target.drained || !seen.was_healthy || now - *seen.deregistered >= patience;
    return out;
  }
  auto age = now - seen.registered;
  bool answers = behaviour.healthy_after && age >= *behaviour.healthy_after;
  if (answers) seen.was_healthy = true;
  bool failed = behaviour.fails_after && age >= *behaviour.fails_after;
  bool flapped = seen.was_healthy && behaviour.flaps_every > Duration::zero() && (age / behaviour.flaps_every) % 2 == 1;
  if (seen.was_healthy && !failed && !flapped) {
    out.state = TargetState::healthy;
  } else if (seen.was_healthy || age >= startup_grace) {
    judge_failing(behaviour, out);
  } else {
    out.reason = "Elb.InitialHealthChecking";
    out.description = "Initial health checks in progress";
  }
  return out;
}

void FakeProxy::judge_failing(const FakeTarget& behaviour, TargetObservation& out) const {
  out.state = TargetState::unhealthy;
  out.reason = behaviour.reason;
  out.description = behaviour.description;
}

Status FakeProxy::shutdown() {
  shut_down_ = true;
  return Done{};
}

}  // namespace roadstead
