// Talking to the keepers (roadstead-shim): starts one, asks it, listens to it. shim_protocol.h has the words.
// Any thread; blocks until answered. A question opens a connection of its own, so questions do not wait for each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/runtime/task_files.h"
#include "base/result/result.h"
#include "base/time/time.h"
#include "io/fd.h"

namespace roadstead {

/// What a keeper needs to come to life.
struct ShimBirth {
  std::string program;
  /// The task's directory, absolute; it exists.
  TaskFiles files;
  /// crun, open.
  int crun_fd = -1;
  /// See CgroupDriver::crun_view and make_shim_group.
  std::string crun_view;
  std::vector<std::string> cgroup_files;
};

/// Starts a keeper, a child of this process, and returns as soon as it can be asked. Errors:
/// ResourceInitializationError.
Result<ProcessMark> spawn_shim(const ShimBirth& birth);

/// Asks a keeper and gives the values of its "ok". Errors: ShimGone when nobody listens or the answer never comes;
/// Refused with the keeper's reason as message.
Result<std::vector<std::string>> ask_shim(
    const TaskFiles& files, const std::vector<std::string>& request, Duration timeout
);

/// A connection on which the keeper tells of exits from now on. Errors: ShimGone.
Result<Fd> subscribe_shim(const TaskFiles& files);

/// The next message on a subscription. Empty list: nothing now. Nothing: the keeper is gone.
std::optional<std::vector<std::string>> hear_shim(int subscription);

}  // namespace roadstead
