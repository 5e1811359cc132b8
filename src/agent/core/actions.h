// What the node's plan asks for, and what came of it. An action carries everything that its actor needs, so actors hold
// no state of their own; each may be asked for again at any time and then finds its work done.
//
//   plan ──AgentAction──► actor (agent/node) ──ActionOutcome──► AgentCore::on_outcome
//
// Plain values; any thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/images/port.h"
#include "agent/runtime/port.h"
#include "agent/sandbox/names.h"
#include "agent/sandbox/port.h"
#include "base/result/result.h"
#include "decide/logging/log_options.h"

namespace roadstead {

/// Which task and, unless it is the task's own matter, which container an action is for; and why (rule P6).
struct ActionTarget {
  std::string task_arn = {};
  std::string task_id = {};
  std::string container = {};
  std::string reason = {};
  /// The service's ARN or the task's group: who shares start slots fairly.
  std::string share = {};
};

/// Text files that the containers of a task see, such as /etc/hosts.
struct NamesDirectory {
  /// Directory on the machine with a directory for each container, which gets resolv.conf, hosts and hostname.
  std::string path = {};
  std::vector<OwnNames> containers = {};
};

/// A directory on the machine that a volume stands for; made when missing, filled from the image when it was empty.
/// With a sourcePath it may also be a file or a socket that is there.
struct VolumeDirectory {
  std::string path = {};
  /// Path inside the image whose content an empty volume begins with; empty for none (bind mounts with a sourcePath).
  std::string copy_from = {};
  /// Name of a shared Docker volume, which outlives its tasks; empty for others.
  std::string shared = {};
  /// Of a shared one: what every task that names it must ask for alike, and whether it may be made.
  std::string settings = {};
  bool autoprovision = false;
};

/// A secret to resolve before the start: environment variable and where its value is.
struct SecretReference {
  std::string name = {};
  std::string value_from = {};
};

/// Environment files of a container: objects of S3 by their ARNs, the first listed before the others, and the names of variables
/// that they leave alone.
struct EnvFiles {
  std::vector<std::string> arns = {};
  std::set<std::string> fixed = {};
};

/// Where the lines of a container go: to a stream of awslogs when `group` is set, else with `driver`, else nowhere.
struct LogTarget {
  std::string group = {};
  std::string stream = {};
  bool create_group = false;
  /// awslogs-datetime-format and awslogs-multiline-pattern: which lines begin an event. Empty: all.
  std::string datetime_format = {};
  std::string multiline_pattern = {};

  /// "fluentd" (awsfirelens too), "syslog" or "journald".
  std::string driver = {};
  LogAddress address = {};
  /// With its templates filled in.
  std::string tag = {};
  /// What the lines say about the container they are of; `attributes` are those of the options labels and env.
  std::string container_id = {};
  std::string container_name = {};
  std::string image_name = {};
  std::map<std::string, std::string> attributes = {};
  /// fluentd: times have nanoseconds.
  bool sub_second = false;
  /// syslog: "rfc5424", "rfc5424micro" or "rfc3164", and the number of the facility.
  std::string format = {};
  int facility = 0;
  /// Somebody must be there before the container starts.
  bool must_answer = false;

  /// Whether lines leave the spool at all.
  bool forwarded() const { return !group.empty() || !driver.empty(); }

  bool operator==(const LogTarget&) const = default;
};

/// What lies on the machine for a task's log router (render_firelens.h draws it).
struct RouterFiles {
  std::string directory = {};
  std::string config = {};
  /// The user that the router runs as: the socket's directory becomes its own.
  std::string user = {};
  /// ARN of the object of S3 that the configuration includes; empty for none.
  std::string external = {};
  /// Why there is no configuration; then the router cannot start.
  std::string problem = {};
};

struct PullImage {
  ActionTarget target;
  std::string reference;
  /// "X86_64" or "ARM64" as in the task definition; empty: this machine's.
  std::string cpu_architecture = {};
  PullPolicy policy = PullPolicy::pull_or_cached;
  /// ARN of the secret with the registry's user name and password; empty for none.
  std::string credentials = {};
  /// What the reference's tag meant when it was looked up first: that is to run, whatever it means by now. Empty: not known.
  std::string digest = {};
};

struct PrepareRoot {
  ActionTarget target;
  /// Id of the root for Images::mount_root.
  std::string root_id;
  Image image;
  std::vector<VolumeDirectory> volumes;
  /// The stream must exist before the container starts: a missing group is a failed start.
  LogTarget log = {};
};

/// Makes the task's sandbox: network, names, cgroup, keeper.
struct JoinNetwork {
  ActionTarget target;
  NetworkSpec network;
  TaskSpec task;  ///< its netns_path is filled in by the actor
  NamesDirectory names;
  /// Secrets that must be there before the first container of the task starts.
  std::vector<std::string> secrets = {};
  /// ARNs of environment files, likewise.
  std::vector<std::string> env_files = {};
};

struct StartContainer {
  ActionTarget target;
  ContainerSpec spec;
  std::vector<SecretReference> secrets;
  /// 0 for the first start, else the number of the restart.
  int restart = 0;
  LogTarget log = {};
  std::optional<RouterFiles> router = {};
  EnvFiles env_files = {};
};

struct StopContainer {
  ActionTarget target;
  int signal = 15;
  /// The log router: what its neighbours have said is given to it first.
  bool is_router = false;
};

struct KillContainer {
  ActionTarget target;
};

struct CheckHealth {
  ActionTarget target;
  ExecSpec command;
};

/// Takes away everything of a task: containers, keeper, cgroup, roots, volumes, network.
struct RemoveTask {
  ActionTarget target;
  std::vector<std::string> root_ids;
  /// Directories of the task itself (names, anonymous volumes).
  std::vector<std::string> directories;
};

struct UpdateSecurityGroups {
  ActionTarget target;  ///< only its reason is set
  std::vector<SecurityGroup> groups;
  std::vector<ConnectEndpoint> endpoints = {};
};

/// Nothing to do before `at`.
struct WakeAt {
  ActionTarget target;
  Instant at;
};

using AgentAction = std::variant<PullImage, PrepareRoot, JoinNetwork, StartContainer, StopContainer, KillContainer,
                                 CheckHealth, RemoveTask, UpdateSecurityGroups, WakeAt>;

const ActionTarget& target_of(const AgentAction& action);

/// "StartContainer", for logs and metrics.
std::string_view name_of(const AgentAction& action);

/// "StartContainer app: dependencies met", for logs and /debug.
std::string describe(const AgentAction& action);

/// What came of an action; the alternatives go with the actions of like names.
struct ImagePulled {
  Image image;
};
struct RootPrepared {
  std::string path;
};
struct NetworkJoined {
  Joined joined;
};
struct ContainerRunning {
  Instant started_at;
};
struct SignalSent {};
struct KillSent {};
struct HealthChecked {
  bool passed = false;
  std::string output;
};
struct TaskRemoved {};
struct SecurityGroupsSet {};

/// Which action an outcome belongs to, also when it failed.
enum class ActionKind { pull, root, network, start, stop, kill, health, remove, groups, wake };

ActionKind kind_of(const AgentAction& action);

struct ActionOutcome {
  ActionKind kind = ActionKind::wake;
  std::string task_arn = {};
  std::string container = {};
  Instant at = {};
  std::variant<std::monostate, Error, ImagePulled, RootPrepared, NetworkJoined, ContainerRunning, SignalSent, KillSent,
               HealthChecked, TaskRemoved, SecurityGroupsSet>
      result = {};

  const Error* error() const { return std::get_if<Error>(&result); }
};

}  // namespace roadstead
