// A whole node for the simulation, in one thread under a fake clock: the real AgentCore and the real Actors on fake ports.
//
//   on_snapshot / on_rows ─► step() ─► take_observations()          next_wake(): where the world may move the clock
//   crash() ─► the agent's process is gone, containers go on ─► restart(): store loaded, ports recovered
//   lose_power() ─► containers are gone too; what was stored is kept ─► restart()
//
// Does nothing by itself: whoever owns the clock moves it and calls step(). The same calls give the same run.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/agent_core.h"
#include "agent/images/fake_images.h"
#include "agent/node/actors.h"
#include "agent/runtime/fake_runtime.h"
#include "agent/sandbox/fake_network.h"

namespace roadstead {

class FakeNode {
 public:
  /// The clock must outlive it. The runtime's director decides how containers behave.
  FakeNode(AgentSettings settings, const Clock& clock, FakeRuntime::Director director = {});

  /// The whole of the rows, after a start and after a gap in the feed.
  void on_snapshot(const NodeRows& rows);

  /// One batch of the feed. Both are ignored while the node is down.
  void on_rows(const Batch& batch);

  void on_unknown_task(const std::string& task_arn);

  /// Does everything that is due at the clock's time.
  void step();

  /// When step() should be called again although nothing comes in.
  std::optional<Instant> next_wake() const;

  /// Reports since the last call; what was not taken when the agent crashes is lost.
  std::vector<TaskObservation> take_observations();

  void crash();
  void lose_power();

  /// Starts the agent again; a snapshot must follow.
  void restart();
  bool up() const { return core_ != nullptr; }

  FakeImages& images() { return images_; }
  FakeRuntime& runtime() { return runtime_; }
  const FakeNetwork& network() const { return *network_; }
  const AgentCore& core() const { return *core_; }

  /// How often each container was started, by task id and name: for invariants.
  const std::map<ContainerRef, int>& starts() const { return starts_; }

 private:
  void start();
  void perform(const AgentAction& action);
  void take_outcomes();
  void store();

  AgentSettings settings_;
  const Clock& clock_;
  FakeImages images_;
  FakeRuntime runtime_;
  std::unique_ptr<FakeNetwork> network_;
  std::map<std::string, NetworkSpec> joined_;
  std::map<std::pair<std::string, std::string>, NodeStoreChange> disk_;
  std::map<ContainerRef, int> starts_;
  int life_ = 0;  // answers to pulls of an earlier life are not for this one

  std::unique_ptr<AgentCore> core_;
  std::unique_ptr<Actors> actors_;
  std::multimap<Instant, ActionOutcome> outcomes_;  // by when they are known
  std::vector<ContainerExit> exits_;
};

}  // namespace roadstead
