// One line of a container's output on its way out of the spool. A plain value; any thread.
#pragma once

#include <optional>
#include <string>

#include "base/time/time.h"

namespace roadstead {

/// Which piece of a line that was too long for one record.
struct LogPiece {
  /// The same for all pieces of the line.
  std::string id;
  /// 1 for the first.
  int ordinal = 1;
  bool last = false;

  bool operator==(const LogPiece&) const = default;
};

/// One event of a log stream. `message` has no newline at its end and at most 16 KiB.
struct LogLine {
  Instant timestamp;
  std::string message;
  bool from_stderr = false;
  std::optional<LogPiece> piece = {};

  bool operator==(const LogLine&) const = default;
};

}  // namespace roadstead
