// Lines that belong together: which line of output begins an event of a log, by the options awslogs-multiline-pattern and
// awslogs-datetime-format. Pure; any thread, one at a time. Source: reference/ecs-core.md §7.1.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "agent/core/actions.h"
#include "base/result/result.h"

namespace roadstead {

class EventStart {
 public:
  /// Errors: InvalidPattern.
  static Result<EventStart> from(const std::string& pattern);

  /// Whether this line begins an event. Only its first kilobyte is looked at.
  bool matches(std::string_view line) const;

 private:
  explicit EventStart(std::regex pattern) : pattern_(std::move(pattern)) {}

  std::regex pattern_;
};

/// The pattern that finds a date of this strftime format, as AWS's log driver makes it: "%Y-%m-%d" gives
/// `\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`.
std::string pattern_of_datetime(std::string_view format);

/// What begins an event of a stream of awslogs; nothing when every line is one. With both options, the date counts.
std::optional<std::string> event_pattern_of(const LogTarget& target);

/// Whether lines can be told apart as the target asks. Errors: ResourceInitializationError, which names the pattern.
Status check_event_pattern(const LogTarget& target);

}  // namespace roadstead
