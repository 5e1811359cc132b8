// Where crun's files of a container are: its bundle and crun's own state, which repeats the bundle. They hold the
// environment, so those of a container with secrets are kept in memory, and its directory has links to them.
//
//   <tasks>/<task>/c/<name>/bundle ──► <tmpfs>/<prefix>/<task>/<name>/bundle
//                           crun   ──► <tmpfs>/<prefix>/<task>/<name>/crun
//
// What is in memory goes with the container, its task, or the power. Any thread. Knows nothing of what is in the files.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "agent/runtime/port.h"
#include "base/result/result.h"

namespace roadstead {

class BundlePlace {
 public:
  /// `roots`: directories of which the first that is a tmpfs is used. `prefix` keeps runtimes of one machine apart.
  explicit BundlePlace(std::string prefix, std::vector<std::string> roots = {"/run", "/dev/shm"});

  /// Makes `<directory>/bundle` and a place for `<directory>/crun`, both without what an earlier run left there.
  /// Errors: NoMemoryDirectory, there is no tmpfs or its directory is somebody else's; those of io/file.h.
  Status make(const std::string& directory, const ContainerRef& container, bool in_memory);

  /// Removes what is in memory of one container, or of a task. Nothing there is success.
  Status remove(const ContainerRef& container);
  Status remove(const std::string& task_id);

  /// Removes what is in memory of all tasks but these: of directories that went without us.
  Status keep_only(const std::set<std::string>& task_ids);

 private:
  /// "<tmpfs>/<prefix>", or empty.
  std::string top() const;
  Status make_top(const std::string& path) const;

  const std::string prefix_;
  const std::vector<std::string> roots_;
  std::mutex mutex_;  // the top directory is made and removed by whoever is first and last
};

}  // namespace roadstead
