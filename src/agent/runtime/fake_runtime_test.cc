#include "agent/runtime/fake_runtime.h"

#include <signal.h>

#include <algorithm>

#include "agent/runtime/runtime_contract.h"

namespace roadstead {
namespace {

using std::chrono::seconds;

class FakeWorld final : public RuntimeWorld {
 public:
  FakeWorld() { hear(); }

  Runtime& runtime() override { return runtime_; }

  ContainerSpec container(const std::string& name, ContractBehaviour behaviour) override {
    behaviours_[name] = behaviour;
    return {"t1", name, "/root", {"program"}};
  }

  void settle(const ContainerRef&) override {}

  std::optional<ContainerExit> exit_of(const ContainerRef& container, std::size_t count) override {
    for (auto next = runtime_.next_exit(); next && exits_told(container) < count; next = runtime_.next_exit()) {
      clock_.set(std::max(clock_.now(), *next));
      runtime_.step();
    }
    std::size_t seen = 0;
    for (const auto& exit : exits_) {
      if (exit.container == container && ++seen == count) return exit;
    }
    return std::nullopt;
  }

  std::size_t exits_told(const ContainerRef& container) override {
    return static_cast<std::size_t>(std::count_if(exits_.begin(), exits_.end(), [&](const auto& exit) {
      return exit.container == container;
    }));
  }

  ExecSpec command() override { return {{"true"}}; }

  void restart_agent() override {
    runtime_.restart_agent();
    hear();
  }

 private:
  void hear() {
    runtime_.on_exit([this](const ContainerExit& exit) { exits_.push_back(exit); });
  }

  FakeBehaviour direct(const ContainerSpec& container) {
    FakeBehaviour behaviour;
    switch (behaviours_[container.name]) {
      case ContractBehaviour::ends_with_7:
        behaviour.run_for = seconds(1);
        behaviour.exit_code = 7;
        break;
      case ContractBehaviour::waits_for_sigterm_and_ends_with_3:
        behaviour.sigterm_exit_code = 3;
        break;
      case ContractBehaviour::ignores_sigterm:
        behaviour.ignores_sigterm = true;
        break;
      case ContractBehaviour::cannot_start:
        behaviour.start_error = "failed to create task for container";
        break;
    }
    return behaviour;
  }

  FakeClock clock_;
  std::map<std::string, ContractBehaviour> behaviours_;
  std::vector<ContainerExit> exits_;
  FakeRuntime runtime_{clock_, [this](const ContainerSpec& container) { return direct(container); }};
};

std::unique_ptr<RuntimeWorld> make_world() { return std::make_unique<FakeWorld>(); }

INSTANTIATE_TEST_SUITE_P(Fake, RuntimeContract, testing::Values(&make_world));

TEST(FakeRuntime, TellsExitsInTheOrderOfTheirTimes) {
  FakeClock clock;
  FakeRuntime runtime(clock, [](const ContainerSpec& container) {
    FakeBehaviour behaviour;
    behaviour.start_takes = std::chrono::milliseconds(300);
    behaviour.run_for = seconds(container.name == "late" ? 9 : 4);
    behaviour.oom_killed = container.name == "early";
    return behaviour;
  });
  std::vector<std::string> order;
  runtime.on_exit([&](const ContainerExit& exit) { order.push_back(exit.container.name); });
  ASSERT_TRUE(runtime.start_task({"t1"}));
  for (const char* name : {"late", "other", "early"}) {
    auto started = runtime.start({"t1", name, "/root", {"x"}});
    ASSERT_TRUE(started);
    EXPECT_EQ(started->started_at - clock.now(), std::chrono::milliseconds(300));
  }
  clock.advance(seconds(4));
  runtime.step();
  EXPECT_TRUE(order.empty());
  clock.advance(seconds(10));
  runtime.step();
  EXPECT_EQ(order, (std::vector<std::string>{"early", "other", "late"}));
  EXPECT_EQ(runtime.next_exit(), std::nullopt);
  EXPECT_TRUE(runtime.recover()->front().containers.front().exit->oom_killed);
}

TEST(FakeRuntime, AnswersHealthChecksInOrder) {
  FakeClock clock;
  FakeRuntime runtime(clock, [](const ContainerSpec&) {
    FakeBehaviour behaviour;
    behaviour.execs = {{1, false, "starting"}, {0, false, "fine"}};
    return behaviour;
  });
  ASSERT_TRUE(runtime.start_task({"t1"}));
  ASSERT_TRUE(runtime.start({"t1", "app", "/root", {"x"}}));
  EXPECT_EQ(runtime.exec({"t1", "app"}, {{"check"}})->exit_code, 1);
  EXPECT_EQ(runtime.exec({"t1", "app"}, {{"check"}})->output, "fine");
  EXPECT_EQ(runtime.exec({"t1", "app"}, {{"check"}})->exit_code, 0);
  ASSERT_TRUE(runtime.signal({"t1", "app"}, SIGTERM));
  runtime.step();
  EXPECT_EQ(runtime.recover()->front().containers.front().exit->exit_code, 143);
}

}  // namespace
}  // namespace roadstead
