#include "decide/placement/capacity_strategy.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

ecs::CapacityProviderStrategyItem item(std::string provider, std::optional<int> weight, std::optional<int> base = {}) {
  ecs::CapacityProviderStrategyItem out;
  out.capacity_provider = std::move(provider);
  out.weight = weight;
  out.base = base;
  return out;
}

/// Places `tasks` one after the other and counts where they went.
ProviderCounts placed(const CapacityStrategy& strategy, int tasks) {
  ProviderCounts counts;
  for (int i = 0; i < tasks; ++i) ++counts[choose_provider(strategy, counts)];
  return counts;
}

TEST(CapacityStrategy, ServesTheBaseFirstAndThenTheWeights) {
  CapacityStrategy strategy{item("FARGATE", 1, 2), item("FARGATE_SPOT", 4)};
  EXPECT_EQ(placed(strategy, 2), (ProviderCounts{{"FARGATE", 2}}));
  EXPECT_EQ(placed(strategy, 7), (ProviderCounts{{"FARGATE", 3}, {"FARGATE_SPOT", 4}}));
  EXPECT_EQ(placed(strategy, 102), (ProviderCounts{{"FARGATE", 22}, {"FARGATE_SPOT", 80}}));
}

TEST(CapacityStrategy, EqualWeightsTakeTurnsFromTheFirst) {
  CapacityStrategy strategy{item("a", 1), item("b", 1)};
  EXPECT_EQ(choose_provider(strategy, {}), "a");
  EXPECT_EQ(placed(strategy, 3), (ProviderCounts{{"a", 2}, {"b", 1}}));
}

TEST(CapacityStrategy, WithoutAWeightAProviderGetsItsBaseOnly) {
  CapacityStrategy strategy{item("a", 0, 1), item("b", 3)};
  EXPECT_EQ(placed(strategy, 5), (ProviderCounts{{"a", 1}, {"b", 4}}));
  EXPECT_EQ(choose_provider({item("a", 0, 1), item("b", 0)}, {{"a", 1}}), "");
}

TEST(CapacityStrategy, ASingleProviderNeedsNoWeight) { EXPECT_EQ(choose_provider({item("only", {})}, {}), "only"); }

TEST(CapacityStrategy, KnowsFargate) {
  EXPECT_TRUE(is_fargate({item("FARGATE_SPOT", 1)}));
  EXPECT_FALSE(is_fargate({item("mine", 1)}));
  EXPECT_FALSE(is_fargate({}));
  EXPECT_EQ(launch_type_of_provider("mine"), "EC2");
}

}  // namespace
}  // namespace roadstead
