// The seccomp filter of containers: Docker's default profile, compiled once per set of capabilities.
// libseccomp makes the filter in 10-20 ms, which crun would otherwise do at every start (reference/limits.md §1.2); the
// finished program travels in an annotation of the bundle. Only the machine's native system calls are let through:
// programs of another architecture (32-bit) are killed, where Docker lets them run.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "agent/runtime/bundle/capabilities.h"
#include "base/result/result.h"

namespace roadstead {

/// The BPF program for a container with these capabilities: an array of struct sock_filter, raw bytes.
/// Unlisted calls fail with EPERM; calls newer than the newest listed one with ENOSYS, so that C libraries fall back.
Result<std::string> compile_seccomp(CapabilitySet capabilities);

/// The same profile as the `linux.seccomp` object of an OCI bundle, for a crun that does not know the annotation.
std::string render_seccomp_json(CapabilitySet capabilities);

/// Compiled filters in base64 by capabilities. Any thread.
class SeccompCache {
 public:
  /// Only the capabilities that change the profile count, so there are few entries.
  Result<std::string> base64_filter(CapabilitySet capabilities);

 private:
  std::mutex mutex_;
  std::map<CapabilitySet, std::string> filters_;
};

}  // namespace roadstead
