// The port to the container runtime of this machine: starts, signals, watches and removes the containers of tasks.
//
// A task is a group of containers with one cgroup, one network namespace and one keeper process (roadstead-shim) that
// outlives the agent. Root file systems, namespaces and images are made by somebody else and arrive here as paths.
// The real runtime (crun_runtime.h) may be called from any thread, and blocks; the caller bounds how many starts run at
// once. The fake (fake_runtime.h) lives on one thread and a fake clock. Both pass one contract test.
// It knows no AWS shapes and makes no decisions: restart policies, ordering and time-outs are the caller's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// What all containers of one task share.
struct TaskSpec {
  /// 1-64 characters of A-Z a-z 0-9 _ -; unique on this machine.
  std::string task_id;
  /// Processor time of the whole task per 100 ms period, in microseconds (0.25 vCPU = 25000). None: the whole machine.
  std::optional<std::int64_t> cpu_quota_micros;
  /// Hard memory limit of the whole task in bytes. None: the sum of its containers.
  std::optional<std::int64_t> memory_bytes;
  /// Most processes and threads of the whole task.
  std::optional<std::int64_t> pids;
  /// Path of the network namespace that every container joins. Empty: the network of the machine.
  std::string netns_path;
  /// Namespaces that containers may name as "task": of processes, and of System V IPC and POSIX shared memory.
  bool shares_pids = false;
  bool shares_ipc = false;
  /// Size of the /dev/shm that containers share which share the latter.
  std::int64_t shm_bytes = 64 << 20;
};

/// A file system made visible inside a container.
struct ContainerMount {
  enum class Kind { bind, tmpfs };
  Kind kind = Kind::bind;
  /// Path on the machine; unused by tmpfs.
  std::string source;
  /// Absolute path inside; made when missing.
  std::string destination;
  bool read_only = false;
  /// Further mount options as mount(8) spells them, such as "size=64m" or "noexec".
  std::vector<std::string> options = {};
};

/// One resource limit of the processes of a container. `name` without RLIMIT_, lower case: "nofile", "nproc".
struct ContainerUlimit {
  std::string name;
  std::int64_t soft = 0;
  std::int64_t hard = 0;
};

/// A device of the machine given to a container.
struct ContainerDevice {
  std::string host_path;
  /// Where it appears inside; empty: the same path.
  std::string container_path = {};
  /// Any of the letters r, w, m (read, write, mknod).
  std::string access = "rwm";
};

/// How much output of one container is kept on disk until somebody has read it.
struct SpoolLimits {
  std::int64_t segment_bytes = 4 << 20;
  int segments = 4;
  /// Who reads it deletes what was read (discard_segments); what finds no room is dropped. Otherwise the oldest goes.
  bool kept = false;
  /// What finds no room makes the container wait in its write.
  bool blocking = false;

  bool operator==(const SpoolLimits&) const = default;
};

/// Everything one container needs to run. Only the first four members must be set.
struct ContainerSpec {
  std::string task_id;
  /// 1-255 characters of A-Z a-z 0-9 _ -; unique in the task.
  std::string name;
  /// Directory of the mounted root file system.
  std::string rootfs;
  /// Program and arguments, never empty. The program is looked up in PATH of `env`, inside the root.
  std::vector<std::string> args;
  /// Environment in order, "NAME=value"; of two equal names the later wins. PATH, HOSTNAME and HOME are added when
  /// missing.
  std::vector<std::string> env = {};
  /// Some of `env` are secrets: no file on a disk may hold them.
  bool secret_env = false;
  /// Working directory inside; made when missing.
  std::string cwd = "/";
  /// "", "uid", "name", "uid:gid", "name:group", …; names are looked up in /etc/passwd and /etc/group of the root.
  std::string user = {};
  /// Further groups, as numbers or names of the root's /etc/group.
  std::vector<std::string> additional_groups = {};
  /// Empty: the first 12 characters of the container id.
  std::string hostname = {};
  std::vector<ContainerMount> mounts = {};
  bool readonly_rootfs = false;

  /// Added to and taken from Docker's 14 default capabilities; names with or without CAP_, or "ALL".
  std::vector<std::string> add_capabilities = {};
  std::vector<std::string> drop_capabilities = {};
  /// All capabilities, all devices, no seccomp filter, no hidden paths.
  bool privileged = false;
  bool no_new_privileges = true;
  std::vector<ContainerUlimit> ulimits = {};
  std::vector<ContainerDevice> devices = {};
  /// GPUs, by the ids that this machine offers them under. What each brings along is in the machine's CDI files.
  std::vector<std::string> gpu_ids = {};
  /// Kernel settings of the container's namespaces, such as net.core.somaxconn.
  std::vector<std::pair<std::string, std::string>> sysctls = {};

  /// Relative weight, 1024 = one vCPU; at least 2 is used.
  std::int64_t cpu_shares = 2;
  /// Hard limit and soft limit, bytes.
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> memory_reservation_bytes;
  /// Memory plus swap, bytes. None with a memory limit: the limit doubled, as Docker does, where the kernel counts
  /// swap.
  std::optional<std::int64_t> memory_swap_bytes;
  std::optional<std::int64_t> swappiness;
  std::optional<std::int64_t> pids;
  std::int64_t shm_bytes = 64 << 20;

  /// Puts a small init in front that reaps orphans and passes signals on.
  bool init_process = false;
  bool tty = false;
  /// Keeps standard input open with nothing in it; otherwise it is /dev/null.
  bool open_stdin = false;
  /// "" for one of its own, "host" for the machine's, "task" for the one that TaskSpec says is shared. An ipc namespace brings
  /// its /dev/shm along; "none" is one of its own without any.
  std::string pid_namespace = {};
  std::string ipc_namespace = {};
  SpoolLimits spool = {};
};

/// Names one container: its task and its name in that task.
struct ContainerRef {
  std::string task_id;
  std::string name;

  auto operator<=>(const ContainerRef&) const = default;
};

/// "<task id>-<name>", the id that people and logs see.
std::string container_id(const ContainerRef& container);

/// How a container ended.
struct ContainerExit {
  ContainerRef container;
  /// What the process returned, or 128 + signal. None: nobody saw it end (its keeper was killed too).
  std::optional<int> exit_code;
  /// The signal that ended it, 0 when it returned by itself.
  int signal = 0;
  /// Whether the kernel killed a process of it for want of memory.
  bool oom_killed = false;
  Instant finished_at;

  bool operator==(const ContainerExit&) const = default;
};

/// What a start achieved.
struct ContainerStarted {
  /// Process id as the machine sees it.
  int pid = 0;
  /// When it ran. A fake with a slow start gives a time ahead of its clock: the container counts as running from then.
  Instant started_at;
  /// What could not be had as asked, one sentence each: clamped ulimits, swap that this kernel does not count.
  std::vector<std::string> notes = {};
};

/// A command to run inside a running container.
struct ExecSpec {
  std::vector<std::string> args;
  /// Added to the environment of the container.
  std::vector<std::string> env = {};
  /// Empty: the user and the working directory of the container. A user must be "uid" or "uid:gid".
  std::string user = {};
  std::string cwd = {};
  Duration timeout = std::chrono::seconds(60);
  /// More output than this is read and thrown away.
  std::size_t output_limit = 4096;
};

struct ExecOutcome {
  /// 128 + signal when a signal ended it; 137 after a time-out.
  int exit_code = 0;
  bool timed_out = false;
  /// The first bytes of standard output and standard error together.
  std::string output;
};

/// What a container or a task uses now.
struct UsageSample {
  std::uint64_t cpu_nanos = 0;
  /// Memory now, with page cache, and the most it ever was; bytes.
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_max_bytes = 0;
  /// The part of memory_bytes that is page cache not used lately.
  std::uint64_t memory_cache_bytes = 0;
  std::uint64_t processes = 0;
};

/// A container found on this machine after a restart of the agent.
struct RecoveredContainer {
  enum class State { never_started, running, exited };
  ContainerRef container;
  State state = State::never_started;
  int pid = 0;
  Instant started_at;
  /// Set when exited.
  std::optional<ContainerExit> exit = {};
};

struct RecoveredTask {
  std::string task_id;
  std::vector<RecoveredContainer> containers;
};

/// Runs containers. See the opening of this file for threads.
///
///             start_task          start               process ends             start (a restart)
///   (nothing) ---------> task ---------> running ------------------> exited --------------------> running
///                                           |  start failed: Error     | remove_container
///                                           v                          v
///                                        (nothing)                 (nothing)
class Runtime {
 public:
  using ExitHandler = std::function<void(const ContainerExit&)>;

  virtual ~Runtime() = default;

  /// Says who is told of exits. To be called once, before any other member. The real runtime calls it on a thread of
  /// its own, possibly before the `start` of that container has returned, and once for every start that succeeded.
  virtual void on_exit(ExitHandler handler) = 0;

  /// Makes the task's directory, its cgroup and its keeper. Doing it again for a task that exists changes its limits.
  /// On failure nothing is left behind. Errors: ResourceInitializationError.
  virtual Status start_task(const TaskSpec& task) = 0;

  /// Starts one container and returns when its program runs. The task must have been started; a container of that name
  /// that has exited is started again and keeps its output. On failure nothing runs, no exit is told, and the container
  /// may be started again or removed. A person reads the error as "<code>: <message>". Errors:
  /// CannotStartContainerError with Docker's words ("… executable file not found in $PATH …").
  virtual Result<ContainerStarted> start(const ContainerSpec& container) = 0;

  /// Sends a signal to the first process of a container. Fails with NotRunning when it has ended or never ran.
  virtual Status signal(const ContainerRef& container, int number) = 0;

  /// Ends a container with SIGKILL. The exit is told as any other. Fails with NotRunning like `signal`.
  virtual Status kill(const ContainerRef& container) = 0;

  /// Runs a command inside a running container and waits for it, at most `timeout`; then it is killed.
  /// Errors: NotRunning; ExecFailed when the command could not be started.
  virtual Result<ExecOutcome> exec(const ContainerRef& container, const ExecSpec& command) = 0;

  /// Removes a container with its output, killing it first when it runs. Doing it again, or for one that never was,
  /// succeeds.
  virtual Status remove_container(const ContainerRef& container) = 0;

  /// Removes a task with all its containers, its cgroup, its keeper and its directory. Idempotent like
  /// remove_container.
  virtual Status remove_task(const std::string& task_id) = 0;

  /// Finds what earlier runs of the agent left on this machine and takes it over: from here on exits of the running
  /// ones are told. To be called once, after on_exit. Tasks come in the order of their ids, containers of their names.
  virtual Result<std::vector<RecoveredTask>> recover() = 0;

  /// What a container or a task uses. Fails with NotFound when it has no cgroup (never started, removed).
  virtual Result<UsageSample> container_usage(const ContainerRef& container) = 0;
  virtual Result<UsageSample> task_usage(const std::string& task_id) = 0;

  /// The directory whose files hold the output of a container (spool_reader.h). It exists from start to removal.
  virtual std::string spool_directory(const ContainerRef& container) const = 0;
};

}  // namespace roadstead
