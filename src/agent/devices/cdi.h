// What a CDI file says: the devices of one kind and what a container needs for each of them (device nodes, mounts, variables,
// hooks, groups). CDI, the Container Device Interface, is how the makers of devices tell container engines of them: files of
// `nvidia-ctk cdi generate` and their like. Pure; any thread. Knows neither this machine nor what a GPU is.
// Source: https://github.com/cncf-tags/container-device-interface, SPEC.md, versions 0.3.0 to 1.1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// A device node in the container. What is not told is as at `host_path`.
struct CdiDeviceNode {
  std::string path;
  std::string host_path;
  /// 'c', 'b', 'p' (a pipe), or 0.
  char type = 0;
  std::optional<std::int64_t> major = {};
  std::optional<std::int64_t> minor = {};
  /// Of the letters r, w and m.
  std::string access = "rwm";
  /// Permission bits.
  std::optional<std::uint32_t> mode = {};
  std::optional<std::uint32_t> uid = {};
  std::optional<std::uint32_t> gid = {};

  bool operator==(const CdiDeviceNode&) const = default;
};

struct CdiMount {
  std::string host_path;
  std::string container_path;
  /// Empty, "bind" or "none": what `host_path` is on the machine. "tmpfs": a new one.
  std::string type = {};
  std::vector<std::string> options = {};

  bool operator==(const CdiMount&) const = default;
};

/// A program of the machine that the OCI runtime runs at a point of the container's life.
struct CdiHook {
  /// One of prestart, createRuntime, createContainer, startContainer, poststart, poststop.
  std::string name;
  std::string path;
  std::vector<std::string> args = {};
  std::vector<std::string> env = {};
  std::optional<std::int64_t> timeout_seconds = {};

  bool operator==(const CdiHook&) const = default;
};

/// What is added to a container.
struct CdiEdits {
  /// "NAME=value".
  std::vector<std::string> env = {};
  std::vector<CdiDeviceNode> nodes = {};
  std::vector<CdiMount> mounts = {};
  std::vector<CdiHook> hooks = {};
  std::vector<std::uint32_t> additional_gids = {};

  bool operator==(const CdiEdits&) const = default;
};

struct CdiDevice {
  std::string name;
  CdiEdits edits = {};

  bool operator==(const CdiDevice&) const = default;
};

struct CdiSpec {
  /// "vendor.com/class".
  std::string kind;
  std::vector<CdiDevice> devices = {};
  /// What a container needs that gets any of them.
  CdiEdits edits = {};

  bool operator==(const CdiSpec&) const = default;
};

/// Reads a CDI specification in JSON. Members that are not known are passed over, null is as good as nothing.
/// Errors: MalformedCdi with a sentence that names the place, such as "devices[0].containerEdits: …".
Result<CdiSpec> parse_cdi(std::string_view text);

/// Adds what `more` says, behind what is there.
void append_edits(CdiEdits& edits, const CdiEdits& more);

}  // namespace roadstead
