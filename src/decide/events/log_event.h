// What a log group is given of a target's input: the whole text, or the message and the time of an input that is just these
// two, {"timestamp":…,"message":…}, as AWS's tools write input transformers for log groups. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/time/time.h"

namespace roadstead {

struct TargetLogEvent {
  Instant at;
  std::string message;

  bool operator==(const TargetLogEvent&) const = default;
};

/// `at` is when the call came to be owed. A timestamp is milliseconds since 1970 or ISO 8601.
TargetLogEvent log_event_of(std::string_view input, Instant at);

}  // namespace roadstead
