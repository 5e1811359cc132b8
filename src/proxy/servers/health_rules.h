// What HAProxy sees of targets, in AWS's words: states, reason codes and sentences of DescribeTargetHealth.
// Pure; any thread. Source: the Elastic Load Balancing API reference, type TargetHealth.
#pragma once

#include <map>
#include <string>

#include "proxy/port.h"
#include "proxy/servers/server_spec.h"

namespace roadstead {

/// Everything that a verdict on one target needs.
struct TargetSituation {
  const TargetGroupRow& group;
  const TargetRow& target;
  const LiveServers& live;
  /// Requests that workers replaced by a reload still carry, by "<backend>/<server>".
  const std::map<std::string, int>& old_sessions;
};

TargetObservation judge_target(const TargetSituation& situation, const ProxySettings& settings, Instant now);

/// Why a check failed: reason code and description.
struct HealthFailure {
  std::string reason;
  std::string description;
};

HealthFailure health_failure(const LiveServer& server);

/// Judges the resources of a view that HAProxy carries out now. `problems` by ARN make FAILED, `not_after` by host makes
/// certificates ACTIVE. What is on its way out is DELETED, since HAProxy no longer has it.
std::vector<ResourceObservation> judge_resources(
    const ProxyView& view, const std::map<std::string, std::string>& problems, const std::map<std::string, Instant>& not_after
);

}  // namespace roadstead
