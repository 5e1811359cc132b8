#include "proxy/servers/health_rules.h"

#include <gtest/gtest.h>

#include "proxy/render/routes.h"
#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;
using Text = std::optional<std::string>;

class HealthRulesTest : public ::testing::Test {
 protected:
  void see(TargetPhase phase, LiveServer server) {
    auto spec = server_spec(group_, target_, phase, settings_);
    live_[cat(spec.backend, "/", spec.name)] = std::move(server);
  }

  TargetObservation judge(Duration later = std::chrono::seconds(1)) const {
    return judge_target({group_, target_, live_, old_}, settings_, now_ + later);
  }

  Instant now_ = Instant::from_seconds(1'790'000'000);
  ProxySettings settings_;
  TargetGroupRow group_ = target_group("web");
  TargetRow target_ = target("web", "10.0.0.4", 8080, now_);
  LiveServers live_;
  std::map<std::string, int> old_;
};

TEST_F(HealthRulesTest, ATargetThatHaproxyDoesNotHaveYetIsBeingRegistered) {
  EXPECT_EQ(judge().state, TargetState::initial);
  EXPECT_EQ(judge().reason, Text("Elb.RegistrationInProgress"));
}

TEST_F(HealthRulesTest, FailuresDoNotCountWithinTheGrace) {
  see(TargetPhase::newcomer, {"DOWN", "L7STS", 502, 0});
  EXPECT_EQ(judge().state, TargetState::initial);
  EXPECT_EQ(judge().reason, Text("Elb.InitialHealthChecking"));
  EXPECT_EQ(judge().description, Text("Initial health checks in progress; the last one: Health checks failed with these codes: [502]"));
  auto late = judge(std::chrono::seconds(61));
  EXPECT_EQ(late.state, TargetState::unhealthy);
  EXPECT_EQ(late.reason, Text("Target.ResponseCodeMismatch"));
  EXPECT_EQ(late.description, Text("Health checks failed with these codes: [502]"));
}

TEST_F(HealthRulesTest, HealthyOnlyWhenItServes) {
  see(TargetPhase::newcomer, {"UP", "L7OK", 200, 0});
  EXPECT_EQ(judge().state, TargetState::initial);
  see(TargetPhase::settled, {"UP 1/2", "INI", 0, 0});
  EXPECT_EQ(judge().state, TargetState::healthy);
  EXPECT_EQ(judge().reason, Text());
}

TEST_F(HealthRulesTest, FailuresAreToldInAwsWords) {
  see(TargetPhase::settled, {"DOWN", "L7TOUT", 0, 0});
  EXPECT_EQ(judge().reason, Text("Target.Timeout"));
  EXPECT_EQ(judge().description, Text("Request timed out"));
  see(TargetPhase::settled, {"DOWN 1/5", "L4CON", 0, 0});
  EXPECT_EQ(judge().state, TargetState::unhealthy);
  EXPECT_EQ(judge().reason, Text("Target.FailedHealthChecks"));
  EXPECT_EQ(judge().description, Text("Health checks failed: nobody listens"));
  see(TargetPhase::settled, {"DOWN 1/5", "L6RSP", 0, 0});
  EXPECT_EQ(judge().description, Text("Health checks failed"));
}

TEST_F(HealthRulesTest, WhatWasSaidHoldsUntilSomethingIsSeen) {
  target_.state = TargetState::unhealthy;
  target_.reason = "Target.Timeout";
  EXPECT_EQ(judge().state, TargetState::unhealthy);
  EXPECT_EQ(judge().reason, Text("Target.Timeout"));
}

TEST_F(HealthRulesTest, DrainedWhenNobodyCarriesARequest) {
  target_.deregistering = true;
  target_.deregistered_at = now_;
  see(TargetPhase::settled, {"UP", "L7OK", 200, 0});
  EXPECT_EQ(judge().state, TargetState::draining);
  EXPECT_FALSE(judge().drained) << "it still takes new requests";
  see(TargetPhase::settled, {"DOWN", "L4CON", 0, 0});
  EXPECT_TRUE(judge().drained) << "a failed one gets none either, and HAProxy does not say that it drains";
  see(TargetPhase::settled, {"DRAIN", "L7OK", 200, 1});
  EXPECT_FALSE(judge().drained);
  see(TargetPhase::settled, {"DRAIN", "L7OK", 200, 0});
  EXPECT_TRUE(judge().drained);
  auto spec = server_spec(group_, target_, TargetPhase::settled, settings_);
  old_[cat(spec.backend, "/", spec.name)] = 2;
  EXPECT_FALSE(judge().drained) << "a worker from before a reload has requests there";
  EXPECT_TRUE(judge(std::chrono::seconds(300)).drained) << "the deregistration delay is over";
}

TEST_F(HealthRulesTest, ResourcesAreActiveFailedOrDeleted) {
  ProxyView view;
  add(view, load_balancer("lb"));
  add(view, listener("lb"));
  auto leaving = target_group("old");
  leaving.state.status = ecs::ManagedResourceStatus::deprovisioning;
  add(view, leaving);
  add(view, certificate("a.localhost"));
  add(view, certificate("b.localhost"));
  add(view, certificate("no name"));
  auto seen = judge_resources(view, {{view.listeners[0]->listener_arn, "Port 443 …"}}, {{"a.localhost", now_}});
  ASSERT_EQ(seen.size(), 6u);
  EXPECT_EQ(seen[0].status, ecs::ManagedResourceStatus::active);
  EXPECT_EQ(seen[1].status, ecs::ManagedResourceStatus::failed);
  EXPECT_EQ(seen[1].reason, Text("Port 443 …"));
  EXPECT_EQ(seen[2].status, ecs::ManagedResourceStatus::deleted);
  EXPECT_EQ(seen[3].status, ecs::ManagedResourceStatus::active);
  EXPECT_EQ(seen[3].not_after, std::optional<Instant>(now_));
  EXPECT_EQ(seen[4].status, ecs::ManagedResourceStatus::provisioning);
  EXPECT_EQ(seen[5].status, ecs::ManagedResourceStatus::failed);
  EXPECT_EQ(seen[5].reason, Text("The domain name 'no name' is not valid."));
}

}  // namespace
}  // namespace roadstead
