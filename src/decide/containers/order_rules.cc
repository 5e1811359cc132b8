#include "decide/containers/order_rules.h"

#include <algorithm>
#include <set>

#include "base/text/text.h"

namespace roadstead {
namespace {

enum class NeedState { met, open, impossible };

const ContainerFacts* find(std::span<const ContainerFacts> all, std::string_view name) {
  auto found = std::ranges::find_if(all, [&](const ContainerFacts& facts) { return facts.rules->name == name; });
  return found == all.end() ? nullptr : &*found;
}

NeedState need_state(NeedCondition condition, const ContainerState& on) {
  bool ended = on.phase == ContainerPhase::stopped;
  if (ended && !on.started_at) return NeedState::impossible;
  switch (condition) {
    case NeedCondition::start:
      return ended || on.phase == ContainerPhase::running ? NeedState::met : NeedState::open;
    case NeedCondition::complete:
      return ended ? NeedState::met : NeedState::open;
    case NeedCondition::success:
      if (!ended) return NeedState::open;
      return on.exit_code == 0 ? NeedState::met : NeedState::impossible;
    case NeedCondition::healthy:
      if (ended) return NeedState::impossible;
      return on.health.status == ContainerHealth::healthy ? NeedState::met : NeedState::open;
  }
  return NeedState::impossible;
}

std::string_view wanted(NeedCondition condition) {
  switch (condition) {
    case NeedCondition::start:
      return "START";
    case NeedCondition::complete:
      return "COMPLETE";
    case NeedCondition::success:
      return "SUCCESS";
    case NeedCondition::healthy:
      return "HEALTHY";
  }
  return "";
}

std::string impossible_reason(const ContainerRules& container, const ContainerNeed& need, const ContainerState& on) {
  std::string ending = on.exit_code ? cat("exited with code ", *on.exit_code) : std::string("could not start");
  return cat("TaskDependencyError: container ", container.name, " needs container ", need.container, " to reach ",
             wanted(need.condition), ", but it ", ending);
}

}  // namespace

StartVerdict may_start(const ContainerRules& container, std::span<const ContainerFacts> all, Instant now) {
  StartVerdict verdict{.ready = true};
  for (const auto& need : container.needs) {
    const ContainerFacts* on = find(all, need.container);
    if (on == nullptr) {
      return {.never = cat("TaskDependencyError: container ", container.name, " needs container ", need.container,
                           ", which does not exist")};
    }
    NeedState state = need_state(need.condition, *on->state);
    if (state == NeedState::impossible) return {.never = impossible_reason(container, need, *on->state)};
    if (state == NeedState::met) continue;
    verdict.ready = false;
    if (need.condition == NeedCondition::start || !on->rules->start_timeout || !on->state->started_at) continue;
    Instant limit = *on->state->started_at + *on->rules->start_timeout;
    if (now >= limit) {
      return {.never = cat("TaskDependencyError: container ", need.container, " did not reach ", wanted(need.condition),
                           " within its startTimeout of ",
                           std::chrono::duration_cast<std::chrono::seconds>(*on->rules->start_timeout).count(), " s")};
    }
    if (!verdict.until || limit < *verdict.until) verdict.until = limit;
  }
  return verdict;
}

bool may_stop(std::string_view name, std::span<const ContainerFacts> all) {
  return std::ranges::none_of(all, [&](const ContainerFacts& other) {
    bool lives = other.state->phase == ContainerPhase::running || other.state->phase == ContainerPhase::starting;
    return lives && std::ranges::any_of(other.rules->needs,
                                        [&](const ContainerNeed& need) { return need.container == name; });
  });
}

std::vector<std::string> start_order(std::span<const ContainerRules> containers) {
  std::vector<std::string> order;
  std::set<std::string, std::less<>> placed;
  auto placeable = [&](const ContainerRules& container) {
    return !placed.contains(container.name) &&
           std::ranges::all_of(container.needs, [&](const ContainerNeed& need) { return placed.contains(need.container); });
  };
  while (true) {
    auto next = std::ranges::find_if(containers, placeable);
    if (next == containers.end()) return order;
    placed.insert(next->name);
    order.push_back(next->name);
  }
}

}  // namespace roadstead
