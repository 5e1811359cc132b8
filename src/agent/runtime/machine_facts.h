// Look-ups on this machine that a bundle needs: crun in sealed memory, devices, the most that ulimits may be. Any
// thread; blocks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/runtime/bundle/bundle.h"
#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

/// A program copied into memory that nobody can change.
struct SealedProgram {
  Fd fd;
  /// Whether it takes a compiled seccomp filter by annotation.
  bool takes_bpf = false;
};

/// Copies crun into a sealed memfd. crun sees the seals and skips the copy of itself it would make at every start (-2
/// ms, reference/limits.md §1.5). Errors: NotFound.
Result<SealedProgram> seal_crun(const std::string& path);

/// The hard limits of this process by ulimit name, -1 for none. Above them nothing can be given without
/// CAP_SYS_RESOURCE.
std::map<std::string, std::int64_t> ulimit_ceilings();

/// The node of a device of the machine as `device` wants it inside. A directory gives all device nodes in it.
/// Errors: CannotStartContainerError, as Docker words it.
Result<std::vector<DeviceNode>> look_up_device(const ContainerDevice& device);

/// Adds to `facts` what the CDI files in `directories` say of these GPUs: device nodes, groups, and the edits of the bundle.
/// Adds to `notes` what cannot be done. Errors: CannotStartContainerError, a file or a device has gone.
Status add_gpus(
    const std::vector<std::string>& directories,
    const std::vector<std::string>& ids,
    BundleFacts& facts,
    std::vector<std::string>& notes
);

/// All device nodes of the machine, for privileged containers.
std::vector<DeviceNode> all_devices();

}  // namespace roadstead
