// Control groups of tasks: makes them with their limits, reads what they use, ends what is left in them, removes them.
//
//   version 2                              version 1, once in each hierarchy (memory, cpu, pids, …)
//   <root>/<prefix>/<task>/<container>     <root>/<hierarchy>/<prefix>/<task>/<container>
//   <root>/<prefix>-shims                  <root>/<hierarchy>/<prefix>-shims           keepers, outside every task's
//   limits
//
// crun makes the container's directories; the task's and all removal are ours. Any thread; blocks briefly.
// Source: reference/limits.md §1.6; reference/ecs-core.md §3.7.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/runtime/port.h"

namespace roadstead {

class CgroupDriver {
 public:
  virtual ~CgroupDriver() = default;

  /// Makes the group of a task, or changes the limits of the one that is there.
  virtual Status make_task(const TaskSpec& task) = 0;

  /// Where crun shall put the container, from the root of the hierarchies.
  std::string oci_path(const ContainerRef& container) const;

  /// The file that counts kills for want of memory ("oom_kill <n>").
  virtual std::string oom_file(const ContainerRef& container) const = 0;

  /// `cgroup.procs` files that a keeper joins so that it does not share the fate and the limits of the agent.
  virtual Result<std::vector<std::string>> make_shim_group() = 0;

  /// Removes the keepers' group when it is empty.
  virtual void remove_shim_group() = 0;

  /// Kills what still runs in the group of a container and removes it. Nothing there is success.
  virtual Status remove_container(const ContainerRef& container) = 0;

  /// The same for a task with everything below it.
  virtual Status remove_task(const std::string& task_id) = 0;

  /// Fails with NotFound when there is no such group.
  virtual Result<UsageSample> container_usage(const ContainerRef& container) const = 0;
  virtual Result<UsageSample> task_usage(const std::string& task_id) const = 0;

  /// The version 1 hierarchies, joined by ':', that crun must see in place of a hybrid mount; empty: it may see all as
  /// it is.
  virtual std::string crun_view() const = 0;

  virtual bool counts_swap() const = 0;

 protected:
  explicit CgroupDriver(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string task_path(const std::string& task_id) const;
  std::string shims_path() const;

 private:
  std::string prefix_;
};

/// Looks at `root` (normally /sys/fs/cgroup) and drives what is mounted there: version 2, version 1, or both at once,
/// which is driven as version 1. `prefix` is the first path component of everything made. Errors: CgroupsUnusable.
Result<std::unique_ptr<CgroupDriver>> detect_cgroups(const std::string& root, const std::string& prefix);

/// Ends and removes everything below the groups of a prefix, in every hierarchy: what taking an installation down needs.
/// Nothing there is success.
Status remove_all_cgroups(const std::string& root, const std::string& prefix);

/// The drivers by version, for tests on directories.
std::unique_ptr<CgroupDriver> drive_cgroups_v2(const std::string& root, const std::string& prefix);
std::unique_ptr<CgroupDriver> drive_cgroups_v1(
    const std::string& root, const std::string& prefix, std::vector<std::string> hierarchies, bool hybrid
);

namespace cgroup_detail {

/// Makes a directory and those above it, up to `root`, which exists.
Status make_group(const std::string& path);

/// Kills every process of a group and of those below it, and removes them, waiting for the kernel at most five seconds.
Status remove_group(const std::string& path);

/// Writes a limit; NotFound and IoError name the file.
Status write_limit(const std::string& file, const std::string& value);

/// The number in a one-line file, or behind `key` and a space; 0 when there is none ("max").
std::uint64_t read_number(const std::string& file, std::string_view key = {});

/// Where this process is, by hierarchy: "memory" -> "/system.slice/x", "" for version 2, "name=systemd".
std::vector<std::pair<std::string, std::string>> own_groups();

}  // namespace cgroup_detail

}  // namespace roadstead
