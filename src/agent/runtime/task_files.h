// The small files of a task's directory and what they say (docs/formats/task_dir.md): names of paths, and the one-line
// files that a keeper leaves when a container starts and ends. Pure, but for read_in_root. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/runtime/port.h"

namespace roadstead {

/// Paths in the directory of one task.
struct TaskFiles {
  std::string directory;

  std::string socket() const { return directory + "/shim.sock"; }

  std::string shim_pid() const { return directory + "/shim.pid"; }

  std::string shim_log() const { return directory + "/shim.log"; }

  std::string netns() const { return directory + "/netns"; }

  std::string holder() const { return directory + "/holder"; }

  std::string shm() const { return directory + "/shm"; }

  std::string containers() const { return directory + "/c"; }

  std::string container(const std::string& name) const { return containers() + '/' + name; }
};

/// A process by number and start time (field 22 of /proc/<pid>/stat), which together never repeat until the machine
/// restarts.
struct ProcessMark {
  int pid = 0;
  std::uint64_t start_time = 0;

  bool operator==(const ProcessMark&) const = default;
};

/// "<pid> <start time> <started at, microseconds>", the file `running`.
struct RunningMark {
  ProcessMark process;
  Instant started_at;
};

std::optional<RunningMark> parse_running_file(std::string_view text);

/// "<code> <signal> <out-of-memory kills> <ended at, microseconds>", the file `exit`.
std::optional<ContainerExit> parse_exit_file(const ContainerRef& container, std::string_view text);

/// "<pid> <start time>", the files `shim.pid` and `holder`.
std::optional<ProcessMark> parse_process_mark(std::string_view text);

/// The start time in a /proc/<pid>/stat text.
std::optional<std::uint64_t> parse_start_time(std::string_view stat);

/// Whether that very process still runs (a zombie does not).
bool is_alive(const ProcessMark& process);

/// Whether `name` may name a task or a container: 1 to `longest` characters of A-Z a-z 0-9 _ -.
bool is_plain_name(std::string_view name, std::size_t longest);

/// The name crun knows a container by: its id, shortened where it would not fit in a file name.
std::string crun_id(const ContainerRef& container);

/// Reads a file below `rootfs` following symlinks as if `rootfs` were "/", so that an image cannot reach outside. Empty
/// when there is none, or when it has more than 1 MiB.
std::string read_in_root(const std::string& rootfs, const std::string& path);

/// What Docker says where crun says `words` about a start: "executable file `x' not found in $PATH" becomes
/// `exec: "x": executable file not found in $PATH: unknown`. `program` is the first argument of the container.
/// Source: reference/ecs-core.md §3.2.
std::string docker_words(std::string_view words, std::string_view program);

}  // namespace roadstead
