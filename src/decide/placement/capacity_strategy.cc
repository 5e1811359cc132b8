#include "decide/placement/capacity_strategy.h"

namespace roadstead {

int weight_of(const CapacityStrategy& strategy, const ecs::CapacityProviderStrategyItem& item) {
  return item.weight.value_or(strategy.size() == 1 ? 1 : 0);
}

std::string choose_provider(const CapacityStrategy& strategy, const ProviderCounts& counts) {
  auto count_of = [&](const std::string& provider) {
    auto found = counts.find(provider);
    return found == counts.end() ? 0 : found->second;
  };
  for (const auto& item : strategy) {
    if (count_of(item.capacity_provider) < item.base.value_or(0)) return item.capacity_provider;
  }
  std::string best;
  double least = 0;
  for (const auto& item : strategy) {
    int weight = weight_of(strategy, item);
    if (weight <= 0) continue;
    double share = static_cast<double>(count_of(item.capacity_provider) - item.base.value_or(0) + 1) / weight;
    if (!best.empty() && share >= least) continue;
    best = item.capacity_provider;
    least = share;
  }
  return best;
}

std::string_view launch_type_of_provider(std::string_view provider) {
  return provider == "FARGATE" || provider == "FARGATE_SPOT" ? "FARGATE" : "EC2";
}

bool is_fargate(const CapacityStrategy& strategy) {
  return !strategy.empty() && launch_type_of_provider(strategy.front().capacity_provider) == "FARGATE";
}

}  // namespace roadstead
