// Capacity provider strategies: which provider the next task goes to. Pure. Source: reference/ecs-core.md §5.2.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.gen.h"

namespace roadstead {

using CapacityStrategy = std::vector<ecs::CapacityProviderStrategyItem>;
/// How many tasks each provider has.
using ProviderCounts = std::map<std::string, int, std::less<>>;

/// The weight of an item of a strategy: a strategy of one provider needs none.
int weight_of(const CapacityStrategy& strategy, const ecs::CapacityProviderStrategyItem& item);

/// The provider of the next task, given those that `counts` counts: bases first, then the one that is furthest behind its
/// weight, the earlier one of two. Empty when no provider has a weight and the base is reached.
std::string choose_provider(const CapacityStrategy& strategy, const ProviderCounts& counts);

/// FARGATE for FARGATE and FARGATE_SPOT, EC2 for every other provider.
std::string_view launch_type_of_provider(std::string_view provider);

/// Whether a strategy is one of Fargate's: its providers are never mixed with others.
bool is_fargate(const CapacityStrategy& strategy);

}  // namespace roadstead
