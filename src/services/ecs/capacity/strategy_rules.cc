#include "services/ecs/capacity/strategy_rules.h"

#include <algorithm>
#include <set>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_providers = 20;

Status check_item(const Reader& rows, const Caller& who, const CapacityProviderStrategyItem& item,
                  const std::vector<std::string>& associated) {
  const auto& name = item.capacity_provider;
  if (!has_provider(rows, who, name)) return invalid_parameter(cat("The specified capacity provider '", name, "' was not found."));
  if (std::ranges::find(associated, name) == associated.end()) {
    return invalid_parameter(cat("The specified capacity provider '", name,
                                 "' is not associated with the cluster. Add it with PutClusterCapacityProviders."));
  }
  return Done{};
}

}  // namespace

std::string capacity_provider_arn_of(const Caller& who, const std::string& provider) {
  if (looks_like_arn(provider)) return provider;
  return ecs_arn(who, cat("capacity-provider/", provider));
}

bool has_provider(const Reader& rows, const Caller& who, const std::string& provider) {
  if (provider == "FARGATE" || provider == "FARGATE_SPOT") return true;
  auto row = rows.find<CapacityProviderRow>(capacity_provider_arn_of(who, provider));
  return row && row->status == "ACTIVE";
}

Status check_providers(const Reader& rows, const Caller& who, const std::vector<std::string>& providers) {
  if (providers.size() > most_providers) return invalid_parameter("A cluster has at most 20 capacity providers.");
  std::set<std::string> seen;
  for (const auto& provider : providers) {
    if (!has_provider(rows, who, provider)) return invalid_parameter(cat("The specified capacity provider '", provider, "' was not found."));
    if (!seen.insert(provider).second) return invalid_parameter(cat("The capacity provider '", provider, "' is named twice."));
  }
  return Done{};
}

Status check_strategy(const Reader& rows, const Caller& who, const CapacityStrategy& strategy,
                      const std::vector<std::string>& associated) {
  if (strategy.empty()) return Done{};
  if (strategy.size() > most_providers) return invalid_parameter("A capacity provider strategy has at most 20 capacity providers.");
  int bases = 0;
  int weight = 0;
  std::set<std::string> seen;
  for (const auto& item : strategy) {
    TRY(check_item(rows, who, item, associated));
    if (!seen.insert(item.capacity_provider).second) {
      return invalid_parameter(cat("The capacity provider '", item.capacity_provider, "' is named twice in the strategy."));
    }
    if (launch_type_of_provider(item.capacity_provider) != launch_type_of_provider(strategy.front().capacity_provider)) {
      return invalid_parameter("A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers.");
    }
    if (item.base.value_or(0) > 0) ++bases;
    weight += weight_of(strategy, item);
  }
  if (bases > 1) return invalid_parameter("There are multiple capacity providers in the specified capacity provider strategy with a base value defined.");
  if (weight == 0) {
    return invalid_parameter("There are no capacity providers in the capacity provider strategy with a weight value greater than zero.");
  }
  return Done{};
}

}  // namespace roadstead::ecs
