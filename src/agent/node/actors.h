// The hands of the node: performs actions through the ports, one function for each kind. Every action may be performed
// again and then finds its work done, so nothing is lost when the agent dies in the middle.
// Any thread; all but pull() block. Decides nothing: what to do comes from agent/core, errors go back there.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "agent/core/actions.h"
#include "agent/node/objects/env_files.h"
#include "base/time/time.h"

namespace roadstead {

/// The value of a secret reference (an ARN of Secrets Manager or SSM, or a parameter name). Any thread but the state
/// thread; blocks. The message of an error is what follows "unable to pull secrets or registry auth: ".
using SecretSource = std::function<Result<std::string>(const std::string& value_from)>;

class Actors {
 public:
  struct Ports {
    Runtime& runtime;
    Images& images;
    Network& network;
    const Clock& clock;
    /// Empty: tasks with secrets fail with ResourceInitializationError.
    SecretSource secrets = {};
    /// Empty: tasks with environment files fail with ResourceInitializationError.
    ObjectSource objects = {};
    /// Forwards the last lines of a task before its output is removed. May be empty.
    std::function<void(const std::string& task_id)> before_removal = {};
    /// Makes a log stream exist. May be empty.
    std::function<Status(const LogTarget&)> ensure_log_stream = {};
    /// Whether somebody takes the lines of a container that may not start otherwise. May be empty.
    std::function<Status(const LogTarget&)> check_log = {};
    /// Gives the log router what its neighbours have said, before it is told to stop. May be empty.
    std::function<void(const std::string& task_id)> before_router_stop = {};
    /// For the simulation: names and volumes are not written.
    bool without_files = false;
  };

  explicit Actors(Ports ports) : ports_(std::move(ports)) {}

  /// Performs any action but a pull and a wake.
  ActionOutcome perform(const AgentAction& action);

  /// Begins a pull; `done` is called once, perhaps at once, on any thread. Blocks only to get credentials.
  void pull(const PullImage& action, std::function<void(ActionOutcome)> done);

 private:
  using Answer = decltype(ActionOutcome::result);

  Answer act(const PullImage& action);
  Answer act(const PrepareRoot& action);
  Answer act(const JoinNetwork& action);
  Answer act(const StartContainer& action);
  Answer act(const StopContainer& action);
  Answer act(const KillContainer& action);
  Answer act(const CheckHealth& action);
  Answer act(const RemoveTask& action);
  Answer act(const UpdateSecurityGroups& action);
  Answer act(const WakeAt& action);
  Result<std::string> secret_value(const std::string& value_from);
  Result<PullRequest> request_of(const PullImage& action);
  Status prepare_log(const StartContainer& action);
  Status prepare_volume(const VolumeDirectory& volume, const std::string& root);

  Ports ports_;
  std::mutex volumes_;  // two containers of a task may fill one volume at the same time
};

}  // namespace roadstead
