// How far the node has brought each of its tasks: the part of the node's memory that no row of the control plane holds.
//
// A TaskProgress is a plain value; it is stored in the node's own log (docs/formats/node.md) and reported upwards as a
// TaskObservation. Image, root and network are not stored: after a restart of the agent their actors are asked again,
// which finds what is there; a step that was under way counts as not begun.
//
//   network: none ─► doing ─► done | failed          one sandbox (namespace, keeper) a task
//   image:   none ─► doing ─► done | failed          one each container
//   root:    none ─► doing ─► done | failed
//   removal: none ─► doing ─► done | failed ─► doing (again, later)
//
// Lives in AgentCore's thread; knows no ports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "decide/containers/container.h"

namespace roadstead {

enum class Step { none, doing, done, failed };

/// One container of a task on this node.
struct ContainerProgress {
  std::string name;
  ContainerState state = {};
  Step image = Step::none;
  Step root = Step::none;
  /// "sha256:…" of what the image reference meant.
  std::string image_digest = {};
  /// `<task id>-<10 digits>`, or 64 hexadecimal digits off Fargate. Set with the task.
  std::string runtime_id = {};
  /// What the image, or else the default, says to stop it with. Set when the image is here.
  int stop_signal = 15;
  /// Ended, and to be started again by its restart policy.
  bool restart_due = false;
  std::optional<Instant> signalled_at = {};
  std::optional<Instant> killed_at = {};
  /// How often it was killed in vain; a start or a health check is under way. Not stored.
  int kills = 0;
  bool starting = false;
  bool checking = false;

  bool operator==(const ContainerProgress&) const = default;
};

/// One task on this node.
struct TaskProgress {
  std::string task_arn;
  std::string task_id;
  /// In the order of the task definition.
  std::vector<ContainerProgress> containers = {};
  Step network = Step::none;
  Step removal = Step::none;
  /// When a failed removal is tried again, and how often it failed.
  std::optional<Instant> removal_retry_at = {};
  int removal_failures = 0;
  std::optional<Instant> pull_started_at = {};
  std::optional<Instant> pull_stopped_at = {};
  std::optional<Instant> started_at = {};
  std::optional<Instant> stopping_at = {};
  std::optional<Instant> execution_stopped_at = {};
  std::optional<Instant> stopped_at = {};
  /// "EssentialContainerExited" or "TaskFailedToStart" when the node itself ended the task, else empty.
  std::string stop_code = {};
  std::string stopped_reason = {};
  /// Host ports of bridge mode as the network gave them: container port, host port, protocol.
  struct Binding {
    int container_port = 0;
    int host_port = 0;
    std::string protocol = "tcp";

    bool operator==(const Binding&) const = default;
  };
  std::vector<Binding> bindings = {};
  /// Number of the last report.
  std::int64_t sequence = 0;

  ContainerProgress* container(std::string_view name);
  const ContainerProgress* container(std::string_view name) const;

  bool operator==(const TaskProgress&) const = default;
};

/// The document of the node's log, JSON (docs/formats/node.md).
std::string encode_progress(const TaskProgress& progress);

/// Reads a document; what was under way becomes `none`, a start under way becomes pending.
/// Errors: StateUnreadable.
Result<TaskProgress> parse_progress(std::string_view document);

}  // namespace roadstead
