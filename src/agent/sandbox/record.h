// What the node remembers of a joined task across an agent's restart.
//
//   <state dir>/netns/<task id>   the task's namespace, mounted ("pinned")
//   <state dir>/tasks/<task id>   a TaskRecord as JSON, replaced by rename
//   <state dir>/ip_forward        what net.ipv4.ip_forward was before this machine forwarded for tasks
//
// The directory belongs on a file system that a reboot empties (/run), as namespaces do not survive one either.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/sandbox/port.h"

namespace roadstead {

/// A task as it was asked for, with every choice made: address, MAC and host ports are filled in.
struct TaskRecord {
  NetworkSpec task = {};
  std::string link = {};  ///< the machine's end of the veth; empty in host and none

  bool operator==(const TaskRecord&) const = default;
};

std::string render_record(const TaskRecord& record);

/// Reads render_record's text. Errors: InvalidNetwork.
Result<TaskRecord> parse_record(std::string_view text);

/// Writes `text` to `path` so that a reader sees the old file or the new one. Errors: NetworkUnavailable.
Status replace_file(const std::string& path, const std::string& text);

/// The content of a file, or nothing.
std::optional<std::string> read_whole_file(const std::string& path);

/// The names in a directory, in order; none if it is not there.
std::vector<std::string> names_in(const std::string& directory);

}  // namespace roadstead
