// The real Runtime: crun under one keeper (roadstead-shim) per task.
//
//   this process ---- shim.sock ----> roadstead-shim ---- vfork, crun run --detach ----> container
//        |  one thread hears of exits      |  reaps, writes exit files and spools            |
//        '--- directory of the task -------'                                                 |
//        '--- cgroups ------------------------------------------------------------------------'
//
// Everything it must know after a restart is in the task's directory (docs/formats/task_dir.md); keepers and containers
// do not notice that it was gone. Any thread; calls for different containers go on side by side.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/runtime/bundle/bundle.h"
#include "agent/runtime/bundle/bundle_place.h"
#include "agent/runtime/bundle/seccomp.h"
#include "agent/runtime/cgroup/cgroup.h"
#include "agent/runtime/exec/exec_process.h"
#include "agent/runtime/port.h"
#include "agent/runtime/shim_link.h"
#include "io/fd.h"

namespace roadstead {

/// What the runtime is made with.
struct RuntimeSettings {
  /// Holds one directory per task; made when missing. Absolute.
  std::string directory;
  /// Path of roadstead-shim, absolute.
  std::string shim_program;
  std::string crun_program = "/usr/bin/crun";
  std::string cgroup_root = "/sys/fs/cgroup";
  /// First component of the paths of all cgroups; two runtimes on one machine need different ones.
  std::string cgroup_prefix = "roadstead";
  /// Where CDI files are; in later directories they come before those in earlier ones.
  std::vector<std::string> cdi_directories = {"/etc/cdi", "/var/run/cdi"};
  /// How long one start may take before it counts as failed (AWS's agent: 3 minutes).
  Duration start_timeout = std::chrono::minutes(3);
  /// Gives crun the seccomp profile as text even if it takes a compiled one: slower by 3-16 ms a start.
  bool seccomp_by_text = false;
};

class CrunRuntime final : public Runtime, public ExecHost {
 public:
  /// Copies crun into sealed memory, compiles the default seccomp filter, looks at the cgroups. Touches no task.
  /// Errors: NotFound (a program), CgroupsUnusable, SeccompFailed.
  static Result<std::unique_ptr<CrunRuntime>> open(RuntimeSettings settings);

  /// Stops hearing of exits. Tasks go on.
  ~CrunRuntime() override;

  void on_exit(ExitHandler handler) override;
  Status start_task(const TaskSpec& task) override;
  Result<ContainerStarted> start(const ContainerSpec& container) override;
  Status signal(const ContainerRef& container, int number) override;
  Status kill(const ContainerRef& container) override;
  Result<ExecOutcome> exec(const ContainerRef& container, const ExecSpec& command) override;
  Result<std::unique_ptr<ExecProcess>> open_exec(const ContainerRef& container, const AttachedSpec& command) override;
  Status remove_container(const ContainerRef& container) override;
  Status remove_task(const std::string& task_id) override;
  Result<std::vector<RecoveredTask>> recover() override;
  Result<UsageSample> container_usage(const ContainerRef& container) override;
  Result<UsageSample> task_usage(const std::string& task_id) override;
  std::string spool_directory(const ContainerRef& container) const override;

 private:
  enum class State { fresh, starting, running, ended };

  struct Container {
    State state = State::fresh;
    ProcessMark process;
    Instant started_at;
    std::optional<ContainerExit> exit;
  };

  struct Task {
    std::string id;
    TaskFiles files;
    /// Held while the task as a whole is made or removed.
    std::mutex setup;
    /// Guards what follows; never held while asking the keeper.
    std::mutex mutex;
    TaskSpec spec;
    std::condition_variable changed;
    std::map<std::string, Container> containers;
    ProcessMark shim;
    bool removing = false;
  };

  using TaskPointer = std::shared_ptr<Task>;

  /// Something the thread waits for: messages of a keeper, or the end of a process whose keeper is gone.
  struct Watch {
    TaskPointer task;
    /// Empty: the subscription of the task.
    std::string container;
    Fd fd;
  };

  explicit CrunRuntime(RuntimeSettings settings);

  TaskFiles files_of(const std::string& task_id) const;
  TaskPointer find_task(const std::string& task_id);
  /// The task of a container that runs. Errors: NotRunning.
  Result<TaskPointer> find_running(const ContainerRef& container);
  /// "roadstead-shim enter …": how a command of crun begins that is run by this process.
  std::vector<std::string> enter_words(const std::string& container_directory, const std::string& log) const;

  // crun_runtime.cc
  std::pair<TaskPointer, bool> find_or_add_task(const std::string& task_id);
  void forget_task(const std::string& task_id);
  Status make_task(const TaskPointer& task, const TaskSpec& spec);
  void undo_task(const TaskPointer& task);
  Status start_shim(const TaskPointer& task);
  Status share_namespaces(const TaskPointer& task, const TaskSpec& spec);
  void end_sharing(const TaskPointer& task);
  Status begin(const TaskPointer& task, const ContainerSpec& container);
  Result<BundleFacts> look_up_facts(const TaskFiles& task, const ContainerSpec& container, std::vector<std::string>& notes);
  Status prepare(const TaskPointer& task, const ContainerSpec& container, std::vector<std::string>& notes);
  Result<ContainerStarted> launch(const TaskPointer& task, const ContainerSpec& container);
  void settle_start(const TaskPointer& task, const std::string& name, const Result<ContainerStarted>& outcome);
  Status end_container(const TaskPointer& task, const std::string& name);
  void end_shim(const TaskPointer& task);

  // crun_events.cc
  void hear_events();
  bool watch(Watch watch);
  void hear_subscription(int fd);
  void hear_exit(const TaskPointer& task, const std::vector<std::string>& message);
  void lose_shim(const TaskPointer& task);
  void watch_orphans(const TaskPointer& task);
  void end_orphan(int fd);
  void tell_exit(const TaskPointer& task, const ContainerExit& exit);
  Result<RecoveredTask> adopt(const std::string& task_id);
  RecoveredContainer adopt_container(const TaskPointer& task, const std::string& name, bool shim_alive);

  RuntimeSettings settings_;
  BundlePlace places_;
  std::unique_ptr<CgroupDriver> cgroups_;
  Fd crun_;
  bool crun_takes_bpf_ = false;
  CapabilitySet available_ = 0;
  SeccompCache seccomp_;
  ExitHandler on_exit_;

  std::mutex tasks_mutex_;
  std::map<std::string, TaskPointer> tasks_;

  Fd epoll_;
  Fd stop_;
  std::mutex watches_mutex_;
  std::map<int, Watch> watches_;

  /// Last: it uses all of the above. Ended by the destructor.
  std::thread events_;
};

}  // namespace roadstead
