// Lines as syslog messages of RFC 5424, or of RFC 3164 where asked for. Pure but for the machine's name; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/logs/log_line.h"

namespace roadstead {

/// One message, without a newline.
std::string render_syslog_message(const LogTarget& target, const LogLine& line, const std::string& hostname);

/// The messages of this machine; those for a stream end in a newline, as Docker frames them.
std::vector<std::string> render_syslog_lines(const LogTarget& target, std::span<const LogLine> lines);

}  // namespace roadstead
