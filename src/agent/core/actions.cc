#include "agent/core/actions.h"

#include <array>
#include <string_view>

#include "base/text/text.h"

namespace roadstead {

const ActionTarget& target_of(const AgentAction& action) {
  return std::visit([](const auto& one) -> const ActionTarget& { return one.target; }, action);
}

std::string_view name_of(const AgentAction& action) {
  static constexpr std::array<std::string_view, 10> names{
      "PullImage",     "PrepareRoot", "JoinNetwork", "StartContainer",       "StopContainer",
      "KillContainer", "CheckHealth", "RemoveTask",  "UpdateSecurityGroups", "WakeAt"
  };
  return names[action.index()];
}

std::string describe(const AgentAction& action) {
  const ActionTarget& target = target_of(action);
  return cat(name_of(action), target.container.empty() ? "" : " ", target.container, ": ", target.reason);
}

ActionKind kind_of(const AgentAction& action) {
  static_assert(std::variant_size_v<AgentAction> == 10);
  return static_cast<ActionKind>(action.index());
}

}  // namespace roadstead
