// Lines as entries of systemd's journal, in its native protocol, with the fields of Docker's journald driver. Pure; any
// thread. Source: systemd.io/JOURNAL_NATIVE_PROTOCOL.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/logs/log_line.h"

namespace roadstead {

/// Where the journal of this machine listens.
LogAddress journal_address();

/// One datagram for each line.
std::vector<std::string> render_journald_lines(const LogTarget& target, std::span<const LogLine> lines);

}  // namespace roadstead
