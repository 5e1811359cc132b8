// A Runtime without containers, for simulations: behaviour is data, time is a FakeClock, nothing happens by itself.
// The owner moves the clock and calls `step`, which tells the exits that are due, in the order of their times and then
// of their ids, so that a run repeats exactly. One thread. It passes the same contract test as the real one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/runtime/port.h"
#include "base/time/time.h"

namespace roadstead {

/// How a container behaves in the fake. The default starts at once, runs until it is told to end, and obeys SIGTERM.
struct FakeBehaviour {
  Duration start_takes = Duration::zero();
  /// Set: starts fail with this message.
  std::optional<std::string> start_error = {};
  /// Set: it ends by itself after running this long, with `exit_code`.
  std::optional<Duration> run_for = {};
  int exit_code = 0;
  bool oom_killed = false;
  bool ignores_sigterm = false;
  /// What it returns at SIGTERM. None: the signal ends it, 143.
  std::optional<int> sigterm_exit_code = {};
  /// Between a signal that ends it and its end.
  Duration stop_takes = Duration::zero();
  /// Answers of successive execs, the last one again and again. Empty: exit code 0 without output.
  std::vector<ExecOutcome> execs = {};
  /// What it uses while it runs.
  UsageSample usage = {};
  /// Processors that it keeps busy: its processor time grows with the clock.
  double processors = 0;
};

class FakeRuntime final : public Runtime {
 public:
  /// Decides how a container behaves, from its specification; asked at every start.
  using Director = std::function<FakeBehaviour(const ContainerSpec&)>;

  explicit FakeRuntime(const Clock& clock, Director director = {});

  /// Tells all exits whose time has come.
  void step();

  /// When the next exit is due, if any: where a simulation may move its clock.
  std::optional<Instant> next_exit() const;

  /// Forgets everything as if the machine had been switched off and on.
  void lose_power();

  /// The agent starts anew: nobody hears of exits until on_exit is called again. What ends meanwhile is in recover().
  void restart_agent() { on_exit_ = nullptr; }

  void on_exit(ExitHandler handler) override;
  Status start_task(const TaskSpec& task) override;
  Result<ContainerStarted> start(const ContainerSpec& container) override;
  Status signal(const ContainerRef& container, int number) override;
  Status kill(const ContainerRef& container) override;
  Result<ExecOutcome> exec(const ContainerRef& container, const ExecSpec& command) override;
  Status remove_container(const ContainerRef& container) override;
  Status remove_task(const std::string& task_id) override;
  Result<std::vector<RecoveredTask>> recover() override;
  Result<UsageSample> container_usage(const ContainerRef& container) override;
  Result<UsageSample> task_usage(const std::string& task_id) override;
  std::string spool_directory(const ContainerRef& container) const override;

 private:
  struct Container {
    FakeBehaviour behaviour;
    int pid = 0;
    Instant started_at;
    /// Set while running: when and how it will end.
    std::optional<ContainerExit> due;
    std::optional<ContainerExit> ended;
    std::size_t execs = 0;

    bool running() const { return pid != 0 && !ended; }
  };

  Container* find(const ContainerRef& container);
  void end(Container& container, const ContainerExit& exit);
  UsageSample usage_of(const Container& container) const;

  const Clock& clock_;
  Director director_;
  ExitHandler on_exit_;
  int next_pid_ = 1000;
  std::map<std::string, std::map<std::string, Container>> tasks_;
};

}  // namespace roadstead
