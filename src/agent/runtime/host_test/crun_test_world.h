// A place for host tests of CrunRuntime: a directory with a root file system of one static program, a runtime with
// cgroups of its own, and a record of exits. What it makes is gone when it goes. One per process at a time; needs root.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/spool_reader.h"

namespace roadstead {

/// Collects exits and lets a test wait for one.
class ExitRecord {
 public:
  void add(const ContainerExit& exit);

  /// The n-th exit of a container (from 1), waiting up to twenty seconds for it.
  std::optional<ContainerExit> wait(const ContainerRef& container, std::size_t count = 1);
  std::size_t count(const ContainerRef& container);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ContainerExit> exits_;
};

class CrunTestWorld {
 public:
  CrunTestWorld();
  ~CrunTestWorld();
  CrunTestWorld(const CrunTestWorld&) = delete;
  CrunTestWorld& operator=(const CrunTestWorld&) = delete;

  /// A new runtime on the same directory and cgroups, as after a restart of the agent, perhaps with changed settings.
  void reopen(const std::function<void(RuntimeSettings&)>& change = {});

  CrunRuntime& runtime() { return *runtime_; }

  ExitRecord& exits() { return exits_; }

  const std::string& directory() const { return directory_; }

  const RuntimeSettings& settings() const { return settings_; }

  /// A container "app" of the task "t1" that runs the guest with these arguments.
  ContainerSpec container(std::vector<std::string> guest_arguments, const std::string& name = "app") const;

  /// Starts task and container, waits for the end, gives the lines of its output.
  std::vector<std::string> output_of(const ContainerSpec& container);

  /// The lines that a container has written so far, waiting until there are `count` of them or the end mark.
  std::vector<std::string> lines(const ContainerRef& container, std::size_t count = 1 << 30);

 private:
  std::string directory_;
  RuntimeSettings settings_;
  ExitRecord exits_;
  std::unique_ptr<CrunRuntime> runtime_;
};

/// The names of the cgroup directories of `prefix` in all hierarchies, of mounts and of processes under `directory`:
/// what a test may not leave.
std::vector<std::string> leftovers(const std::string& prefix, const std::string& directory);

}  // namespace roadstead
