// Which events of EventBridge stand for what happens to services: a name and a reason, from rows before and after. Pure.
// Source: reference/ecs-core.md §10 (exact names and reasons).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The part of an event's detail that says what happened.
struct ServiceHappening {
  std::string event_type;
  std::string event_name;
  std::string reason = {};
  /// "ecs-svc/…", of deployments only.
  std::string deployment_id = {};

  bool operator==(const ServiceHappening&) const = default;
};

/// The "ECS Service Action" that a service event of DescribeServices stands for; nothing for most of them.
std::optional<ServiceHappening> service_action_of(std::string_view message);

/// The "ECS Deployment State Change" events that a change of a deployment stands for. `before` is null for a new one.
std::vector<ServiceHappening> deployment_changes(const Reader& rows, const ServiceDeploymentRow* before, const ServiceDeploymentRow& after);

}  // namespace roadstead::ecs
