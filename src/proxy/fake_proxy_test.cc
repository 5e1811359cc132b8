#include "proxy/fake_proxy.h"

#include <gtest/gtest.h>

#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;
using namespace std::chrono_literals;

class FakeProxyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add(view_, load_balancer("lb"));
    add(view_, target_group("web"));
    add(view_, target("web", "10.0.0.4", 80, clock_.now()));
  }

  TargetObservation see() { return proxy_.step(view_, clock_.now()).value().targets.at(0); }

  void deregister() {
    auto row = *view_.targets[0];
    row.deregistering = true;
    row.deregistered_at = clock_.now();
    view_.targets[0] = std::make_shared<const TargetRow>(row);
  }

  FakeClock clock_;
  ProxyView view_;
  FakeProxy proxy_;
};

TEST_F(FakeProxyTest, ATargetBecomesHealthyInItsTimeAndDrains) {
  EXPECT_EQ(see().state, TargetState::initial);
  clock_.advance(299ms);
  EXPECT_EQ(see().state, TargetState::initial);
  clock_.advance(1ms);
  EXPECT_EQ(see().state, TargetState::healthy);
  deregister();
  EXPECT_EQ(see().state, TargetState::draining);
  EXPECT_FALSE(see().drained);
  clock_.advance(500ms);
  EXPECT_TRUE(see().drained);
}

TEST_F(FakeProxyTest, ATargetThatNeverServedNeedsNoDraining) {
  see();
  deregister();
  EXPECT_TRUE(see().drained);
}

TEST_F(FakeProxyTest, ATargetMayNeverAnswer) {
  proxy_.default_target.healthy_after.reset();
  see();
  clock_.advance(59s);
  EXPECT_EQ(see().state, TargetState::initial);
  clock_.advance(1s);
  EXPECT_EQ(see().state, TargetState::unhealthy);
  EXPECT_EQ(see().reason, "Target.FailedHealthChecks");
}

TEST_F(FakeProxyTest, TargetsFlapAndFailAsTold) {
  proxy_.targets["10.0.0.4"] = {.healthy_after = 0ms, .fails_after = 10s, .flaps_every = 1s};
  EXPECT_EQ(see().state, TargetState::healthy);
  clock_.advance(1s);
  EXPECT_EQ(see().state, TargetState::unhealthy);
  clock_.advance(1s);
  EXPECT_EQ(see().state, TargetState::healthy);
  clock_.advance(8s);
  EXPECT_EQ(see().state, TargetState::unhealthy);
}

TEST_F(FakeProxyTest, ResourcesTakeTheirTime) {
  EXPECT_TRUE(proxy_.step(view_, clock_.now())->resources.empty());
  clock_.advance(200ms);
  auto seen = proxy_.step(view_, clock_.now());
  ASSERT_EQ(seen->resources.size(), 2u);
  EXPECT_EQ(seen->resources[0].status, ecs::ManagedResourceStatus::active);
}

TEST_F(FakeProxyTest, ABrokenProxySaysSo) {
  proxy_.broken = Error{"ProxyFailed", "no"};
  EXPECT_EQ(proxy_.step(view_, clock_.now()).error().code, "ProxyFailed");
  EXPECT_TRUE(proxy_.shutdown());
  EXPECT_TRUE(proxy_.is_shut_down());
}

}  // namespace
}  // namespace roadstead
