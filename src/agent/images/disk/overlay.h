// Mounts and unmounts overlay file systems, and tells what is mounted. Plain system calls, no process; any thread; root.
// Knows nothing of images: directories in, a mount out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// What to stack. All are existing directories; `upper` and `work` are empty or from an earlier mount, on one file system.
struct OverlayLayers {
  std::vector<std::string> lower;  // lowest first, at least one
  std::string upper;
  std::string work;
};

/// Mounts at `target`, an existing directory: nodev, index=off, metacopy=off. About 230 layers fit into the page that the
/// kernel takes options in; more is InvalidImage. On failure nothing is mounted.
Status mount_overlay(const OverlayLayers& layers, const std::string& target);

/// Unmounts everything that is mounted at `target`, lazily if it is busy. Nothing mounted there is success.
Status unmount_all(const std::string& target);

/// The mount points below `directory` in this mount namespace.
Result<std::vector<std::string>> mounts_below(const std::string& directory);

/// The mount points in the text of /proc/self/mountinfo that are below `directory`. Pure.
std::vector<std::string> parse_mounts_below(std::string_view mountinfo, std::string_view directory);

}  // namespace roadstead
