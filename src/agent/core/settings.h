// What a node is told about itself when it starts: who it is, where it keeps its things. Immutable; any thread.
#pragma once

#include <string>

#include "agent/images/port.h"

namespace roadstead {

struct AgentSettings {
  std::string node_id;
  std::string region;
  std::string account_id;
  std::string availability_zone = {};
  /// The node's own state: "<directory>/state.db", "<directory>/tasks/<task id>/…".
  std::string directory;
  /// ECS_IMAGE_PULL_BEHAVIOR.
  PullPolicy pull_policy = PullPolicy::pull_or_cached;
  /// Most processes of a container without a limit of its own.
  int default_pids = 4096;
};

}  // namespace roadstead
