// The OCI bundle of a container: turns a ContainerSpec into the text of config.json. Pure: whatever must be looked up
// on the machine (users, devices, limits, the compiled seccomp filter) arrives as BundleFacts. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/devices/cdi.h"
#include "agent/runtime/bundle/capabilities.h"
#include "agent/runtime/bundle/user.h"
#include "agent/runtime/port.h"

namespace roadstead {

/// A device node of the machine, as the container shall see it.
struct DeviceNode {
  std::string path;
  /// 'c' or 'b', or 'p' for a pipe.
  char type = 'c';
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint32_t mode = 0666;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string access = "rwm";
};

/// What the machine says about a container.
struct BundleFacts {
  ContainerUser user = {};
  CapabilitySet capabilities = 0;
  std::vector<DeviceNode> devices = {};
  /// What CDI files add for its GPUs. The device nodes are in `devices`, the groups in `user`.
  CdiEdits edits = {};
  /// After clamping, without repeats.
  std::vector<ContainerUlimit> ulimits = {};
  /// "/<prefix>/<task>/<container>".
  std::string cgroup_path = {};
  /// Base64 of the compiled filter for crun's annotation; or the JSON of `linux.seccomp`; or neither (privileged).
  std::string seccomp_bpf = {};
  std::string seccomp_json = {};
  /// Path of roadstead-shim on the machine, for containers with an init process.
  std::string init_path = {};
  /// Whether the kernel counts swap; without it swap limits would fail the start.
  bool counts_swap = false;
  /// The process whose namespaces the containers of the task share, and their /dev/shm on the machine.
  int holder_pid = 0;
  std::string shm_directory = {};
};

/// Where the init process appears inside containers that asked for one.
inline constexpr std::string_view init_path_inside = "/dev/roadstead-init";

/// The text of config.json (OCI runtime specification 1.0) that makes crun run `container` as Docker would: its default
/// mounts, masked paths and device rules, namespaces of its own but for the task's network. Source: reference/limits.md
/// §1; reference/ecs-core.md §2.2, §3.6, §3.7.
std::string render_bundle(const TaskSpec& task, const ContainerSpec& container, const BundleFacts& facts);

/// The ulimits of a container with hard limits lowered to `ceilings` (by name, -1 for none), since raising them needs a
/// capability the agent may lack. Says in `notes` what it lowered. Of two limits of one name the later wins.
std::vector<ContainerUlimit> clamp_ulimits(
    const std::vector<ContainerUlimit>& wanted,
    const std::map<std::string, std::int64_t>& ceilings,
    std::vector<std::string>& notes
);

}  // namespace roadstead
