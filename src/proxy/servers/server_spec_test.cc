#include "proxy/servers/server_spec.h"

#include <gtest/gtest.h>

#include "proxy/render/routes.h"
#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;

class ServerSpecTest : public ::testing::Test {
 protected:
  ServerSpec spec(TargetPhase phase) const { return server_spec(group_, target_, phase, settings_); }
  std::string key(TargetPhase phase) const { return cat(spec(phase).backend, "/", spec(phase).name); }
  TargetPhase phase(Duration later = std::chrono::seconds(1)) const {
    return phase_of(group_, target_, live_, settings_, now_ + later);
  }

  Instant now_ = Instant::from_seconds(1'790'000'000);
  ProxySettings settings_;
  TargetGroupRow group_ = target_group("web");
  TargetRow target_ = target("web", "10.0.0.4", 8080, now_);
  LiveServers live_;
};

TEST_F(ServerSpecTest, ANewcomerIsProbedQuicklyWithoutTraffic) {
  auto newcomer = spec(TargetPhase::newcomer);
  EXPECT_EQ(newcomer.address, "10.0.0.4:8080");
  EXPECT_EQ(newcomer.options, "check inter 250 rise 1 fall 1 weight 0 pool-max-conn -1 pool-purge-delay 1000");
  EXPECT_TRUE(newcomer.name.starts_with("n_"));
  EXPECT_TRUE(newcomer.name.ends_with("_10.0.0.4:8080"));
}

TEST_F(ServerSpecTest, ASettledServerIsCheckedByItsGroup) {
  group_.health_check_port = "9000";
  group_.protocol = "HTTPS";
  EXPECT_EQ(spec(TargetPhase::settled).options,
            "check inter 30000 rise 5 fall 2 weight 1 port 9000 ssl verify none check-ssl pool-max-conn -1 pool-purge-delay 1000");
}

TEST_F(ServerSpecTest, TheFirstSuccessSettles) {
  EXPECT_EQ(phase(), TargetPhase::newcomer);
  live_[key(TargetPhase::newcomer)] = {"DOWN", "L4CON", 0, 0};
  EXPECT_EQ(phase(), TargetPhase::newcomer);
  live_[key(TargetPhase::newcomer)] = {"UP", "L7OK", 200, 0};
  EXPECT_EQ(phase(), TargetPhase::settled);
}

TEST_F(ServerSpecTest, ASettledServerStaysSettledWhenItFails) {
  live_[key(TargetPhase::settled)] = {"DOWN", "L7STS", 502, 0};
  EXPECT_EQ(phase(), TargetPhase::settled);
}

TEST_F(ServerSpecTest, AfterItsGraceItIsProbedLessOften) {
  EXPECT_EQ(phase(std::chrono::seconds(59)), TargetPhase::newcomer);
  EXPECT_EQ(phase(std::chrono::seconds(60)), TargetPhase::late_newcomer);
  group_.health_check_interval_seconds = 60;
  EXPECT_EQ(phase(std::chrono::seconds(119)), TargetPhase::newcomer);
}

TEST_F(ServerSpecTest, AHealthyTargetServesAtOnceWhenHaproxyIsNew) {
  target_.state = TargetState::healthy;
  EXPECT_EQ(phase(), TargetPhase::settled);
  target_.state = TargetState::unhealthy;
  EXPECT_EQ(phase(), TargetPhase::newcomer);
}

TEST_F(ServerSpecTest, ADeregisteredTargetDrainsOnlyWhenItServed) {
  target_.deregistering = true;
  EXPECT_EQ(phase(), TargetPhase::absent);
  live_[key(TargetPhase::settled)] = {"UP", "L7OK", 200, 3};
  EXPECT_EQ(phase(), TargetPhase::draining);
  target_.drained = true;
  EXPECT_EQ(phase(), TargetPhase::absent);
}

TEST_F(ServerSpecTest, ANewRegistrationOfAnAddressIsAnotherServer) {
  live_[key(TargetPhase::settled)] = {"UP", "L7OK", 200, 0};
  target_.registered_at = now_ + std::chrono::seconds(1);
  EXPECT_EQ(phase(), TargetPhase::newcomer);
}

TEST_F(ServerSpecTest, WhatDrainsKeepsItsNameWhenSettingsChange) {
  auto old_key = key(TargetPhase::settled);
  live_[old_key] = {"UP", "L7OK", 200, 1};
  group_.health_check_interval_seconds = 5;
  EXPECT_NE(key(TargetPhase::settled), old_key);
  target_.deregistering = true;
  ProxyView view;
  add(view, group_);
  add(view, target_);
  add(view, target("gone", "10.0.0.9", 80, now_));
  auto servers = servers_of(view, live_, settings_, now_);
  ASSERT_EQ(servers.size(), 1u);
  EXPECT_EQ(cat(servers[0].backend, "/", servers[0].name), old_key);
  EXPECT_EQ(servers[0].phase, TargetPhase::draining);
}

}  // namespace
}  // namespace roadstead
