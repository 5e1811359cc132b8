// What both ways of running a command inside a container have in common: the process as crun reads it, and crun itself as
// a child of this process. Inside agent/runtime only.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "agent/runtime/port.h"
#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

Error exec_failed(std::string_view why);

/// The process of the bundle (`config`: its config.json) with the command in its place, as crun exec --process reads it.
/// Errors: ExecFailed.
Result<std::string> render_exec_process(const std::string& config, const ExecSpec& command, bool terminal);

/// Starts `program` (roadstead-shim) with `words`, with these three descriptors as its standard ones and crun's as it
/// expects it. Errors: ExecFailed.
Result<pid_t> spawn_crun(
    const std::string& program, std::vector<std::string> words, int crun_fd, const std::array<int, 3>& standard
);

}  // namespace roadstead
