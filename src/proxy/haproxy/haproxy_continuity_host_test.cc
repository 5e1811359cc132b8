// No request is lost: reloads, shifts of weight, drains, the death of the owner, the death of HAProxy itself.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proxy/testing/load.h"
#include "proxy/testing/proxy_world.h"

namespace roadstead::testing {
namespace {

class ContinuityTest : public ProxyWorld {
 protected:
  void SetUp() override {
    ProxyWorld::SetUp();
    put_services({"blue", "green"});
    set_weights(1, 0);
    add_target("blue", blue_);
    add_target("green", green_);
    ASSERT_TRUE(drive_until([&] {
      return is_state("blue", blue_, TargetState::healthy) && is_state("green", green_, TargetState::healthy);
    }));
  }

  void set_weights(int blue, int green) {
    put(rule("lb", 1, {"blue.localhost"}, {}, forward_to({{"blue", blue}, {"green", green}})));
  }

  void start_load(int clients = 8) {
    load_.emplace(settings_.https_port, "blue.localhost", authority(), clients);
    wait_for_more(50);
  }

  /// Until that many more requests are done.
  void wait_for_more(int requests) {
    int until = load_->done + requests;
    while (load_->done < until && load_->failed == 0) std::this_thread::yield();
  }

  void expect_nothing_lost() {
    load_->stop();
    EXPECT_EQ(load_->failed, 0) << load_->first_failure();
  }

  void TearDown() override {
    for (auto& asker : askers_) asker.join();
    ProxyWorld::TearDown();
  }

  HttpServer blue_{"blue"};
  HttpServer green_{"green"};
  std::optional<Load> load_;
  std::vector<std::thread> askers_;
};

TEST_F(ContinuityTest, WeightsShiftTrafficAsTheySay) {
  set_weights(950, 50);
  ASSERT_TRUE(step());
  start_load();
  wait_for_more(6000);
  expect_nothing_lost();
  EXPECT_EQ(proxy_->reloads(), 0);
  auto by = load_->answered_by();
  double green = static_cast<double>(by["green"]) / (by["green"] + by["blue"]);
  EXPECT_NEAR(green, 0.05, 0.015);
}

TEST_F(ContinuityTest, ShiftsOfWeightLoseNothing) {
  start_load();
  for (int i = 0; i < 30; ++i) {
    set_weights(i % 3, (i + 1) % 3);
    ASSERT_TRUE(step());
    wait_for_more(30);
  }
  set_weights(0, 1);
  ASSERT_TRUE(step());
  expect_nothing_lost();
  EXPECT_EQ(proxy_->reloads(), 0);
  EXPECT_TRUE(get("blue.localhost", "/")->body.starts_with("green "));
}

TEST_F(ContinuityTest, ReloadsLoseNothing) {
  start_load();
  for (int i = 0; i < 5; ++i) {
    put(target_group(cat("more-", i)));
    ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == i + 1; }));
    wait_for_more(200);
  }
  expect_nothing_lost();
  EXPECT_TRUE(is_state("blue", blue_, TargetState::healthy));
}

TEST_F(ContinuityTest, AnUnhealthyTargetStaysUnhealthyAcrossAReload) {
  auto group = target_group("blue");
  group.health_check_interval_seconds = 1;
  put(group);
  ASSERT_TRUE(step());
  blue_.health_status = 500;
  ASSERT_TRUE(drive_until([&] { return is_state("blue", blue_, TargetState::unhealthy); }));
  put(target_group("more"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  EXPECT_TRUE(is_state("blue", blue_, TargetState::unhealthy));
  EXPECT_EQ(get("blue.localhost", "/")->status, 503);
}

TEST_F(ContinuityTest, ADeregisteredTargetFinishesWhatItHas) {
  HttpServer second("second");
  add_target("blue", second);
  ASSERT_TRUE(drive_until([&] { return is_state("blue", second, TargetState::healthy); }));
  std::atomic<int> answered{0};
  for (int i = 0; i < 2; ++i) {
    askers_.emplace_back([&] {
      auto reply = get("blue.localhost", "/slow");
      if (reply && reply->status == 200) ++answered;
    });
  }
  ASSERT_TRUE(drive_until([&] { return blue_.waiting == 1 && second.waiting == 1; }));
  start_load();
  deregister("blue", blue_);
  ASSERT_TRUE(step());
  ASSERT_TRUE(drive_until([&] { return is_state("blue", blue_, TargetState::draining); }));
  // What was on its way to it arrives; then nothing new does.
  ASSERT_TRUE(drive_until([&] {
    int before = blue_.requests;
    wait_for_more(300);
    return blue_.requests == before;
  }));
  EXPECT_FALSE(target_row("blue", blue_.port())->drained);
  // Not even when the worker that carries the request is replaced.
  put(target_group("more"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  ASSERT_TRUE(step());
  EXPECT_FALSE(target_row("blue", blue_.port())->drained);
  blue_.release();
  second.release();
  for (auto& asker : askers_) asker.join();
  askers_.clear();
  EXPECT_EQ(answered, 2);
  ASSERT_TRUE(drive_until([&] { return target_row("blue", blue_.port())->drained; }));
  blue_.stop();
  wait_for_more(100);
  expect_nothing_lost();
}

TEST_F(ContinuityTest, AnUnhealthyTargetDrainsAtOnce) {
  auto group = target_group("blue");
  group.health_check_interval_seconds = 1;
  put(group);
  ASSERT_TRUE(step());
  blue_.health_status = 500;
  ASSERT_TRUE(drive_until([&] { return is_state("blue", blue_, TargetState::unhealthy); }));
  deregister("blue", blue_);
  EXPECT_TRUE(drive_until([&] { return target_row("blue", blue_.port())->drained; }));
}

TEST_F(ContinuityTest, ATargetDrainsAfterItsGroupIsGone) {
  put(target_group("other"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  change([&](Tx& tx) {
    tx.erase<ListenerRuleRow>(rule("lb", 1, {}, {}, {}).rule_arn);
    tx.update<TargetGroupRow>(target_group("blue").target_group_arn, [](TargetGroupRow& row) {
      row.state.status = ecs::ManagedResourceStatus::deprovisioning;
    });
  });
  ASSERT_TRUE(drive_until([&] {
    auto group = database_.reader().find<TargetGroupRow>(target_group("blue").target_group_arn);
    return group->state.status == ecs::ManagedResourceStatus::deleted;
  }));
  deregister("blue", blue_);
  EXPECT_TRUE(drive_until([&] { return target_row("blue", blue_.port())->drained; }));
}

TEST_F(ContinuityTest, ATargetThatDiesTakesNoRequestWithIt) {
  HttpServer second("second");
  add_target("blue", second);
  ASSERT_TRUE(drive_until([&] { return is_state("blue", second, TargetState::healthy); }));
  start_load();
  wait_for_more(100);
  second.stop();
  wait_for_more(500);
  expect_nothing_lost();
}

TEST_F(ContinuityTest, HaproxyOutlivesItsOwnerAndIsAdopted) {
  int pid = proxy_->pid();
  // An owner in a process of its own, which adopts it, works, and is killed without a chance to say good-bye.
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  pid_t owner = fork();
  ASSERT_GE(owner, 0);
  if (owner == 0) {
    make_proxy();
    char ok = step() && proxy_->pid() == pid ? 'y' : 'n';
    if (write(ready[1], &ok, 1) != 1) _exit(1);
    while (true) pause();
  }
  char answer = 'n';
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  start_load();
  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);
  wait_for_more(200);
  make_proxy();
  ASSERT_TRUE(step());
  ASSERT_TRUE(step());
  set_weights(1, 1);
  ASSERT_TRUE(step());
  wait_for_more(200);
  expect_nothing_lost();
  EXPECT_EQ(proxy_->pid(), pid);
  EXPECT_EQ(proxy_->starts() + proxy_->reloads(), 0);
  EXPECT_TRUE(is_state("blue", blue_, TargetState::healthy));
  EXPECT_GT(load_->answered_by()["green"], 0);
  close(ready[0]);
  close(ready[1]);
}

TEST_F(ContinuityTest, HaproxyIsStartedAgainAtOnceWhenItDies) {
  int pid = proxy_->pid();
  kill(pid, SIGKILL);
  ASSERT_TRUE(drive_until([&] { return proxy_->starts() == 2; }));
  EXPECT_NE(proxy_->pid(), pid);
  auto reply = get("blue.localhost", "/");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200) << "healthy targets serve at once";
}

TEST_F(ContinuityTest, NothingIsRestartedWhenNothingChanges) {
  int pid = proxy_->pid();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(step());
  EXPECT_EQ(proxy_->pid(), pid);
  EXPECT_EQ(proxy_->reloads(), 0);
  ASSERT_TRUE(proxy_->shutdown());
  EXPECT_NE(kill(pid, 0), 0);
  EXPECT_FALSE(get("blue.localhost", "/"));
}

}  // namespace
}  // namespace roadstead::testing
