#include "services/ssm/parameter_rules.h"

#include <gtest/gtest.h>

namespace roadstead::ssm {
namespace {

Result<std::string> tier(std::size_t size, std::optional<ParameterTier> asked = {}) {
  PutParameterRequest in;
  in.value = std::string(size, 'x');
  in.tier = asked;
  return tier_for(in);
}

TEST(ParameterRules, TheTierBoundsTheValue) {
  EXPECT_EQ(tier(1).value(), "Standard");
  EXPECT_EQ(tier(4096).value(), "Standard");
  EXPECT_EQ(tier(4097).error().code, "ValidationException");
  EXPECT_EQ(tier(4097, ParameterTier::intelligent_tiering).value(), "Advanced");
  EXPECT_EQ(tier(10, ParameterTier::intelligent_tiering).value(), "Standard");
  EXPECT_EQ(tier(8192, ParameterTier::advanced).value(), "Advanced");
  EXPECT_EQ(tier(8193, ParameterTier::advanced).error().code, "ValidationException");
  EXPECT_EQ(tier(0).error().code, "ValidationException");
}

TEST(ParameterRules, APatternIsForTheWholeValueAndCannotHoldUsUp) {
  EXPECT_TRUE(check_allowed_pattern("\\d+", "4711"));
  EXPECT_EQ(check_allowed_pattern("\\d+", "4711x").error().code, "ParameterPatternMismatchException");
  EXPECT_EQ(check_allowed_pattern("[", "x").error().code, "InvalidAllowedPatternException");
  EXPECT_FALSE(check_allowed_pattern("(a+)+(b+)+(a*b*)*c", std::string(8000, 'a')));
}

}  // namespace
}  // namespace roadstead::ssm
