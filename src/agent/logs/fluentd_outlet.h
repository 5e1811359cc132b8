// Lines as the Fluent forward protocol's messages, with the records of Docker's fluentd driver. Pure; any thread.
// Source: reference/ecs-core.md §7.2; github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1 (Message Mode).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/logs/log_line.h"

namespace roadstead {

/// One text with a message `[tag, time, record]` for each line.
std::vector<std::string> render_fluentd_lines(const LogTarget& target, std::span<const LogLine> lines);

}  // namespace roadstead
