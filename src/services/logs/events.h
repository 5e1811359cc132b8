// Log events: written by PutLogEvents, read from one stream by GetLogEvents and from many by FilterLogEvents. Outside the
// state thread. Source: reference/neighbour-apis.md §7.6.
#pragma once

#include "api/logs/filter_log_events.gen.h"
#include "api/logs/get_log_events.gen.h"
#include "api/logs/put_log_events.gen.h"

namespace roadstead {
class LogStore;
}

namespace roadstead::logs {

/// Appends a batch: at most 1 MiB (26 bytes an event on top), in order of time, within 24 hours. Events more than two
/// hours ahead, more than 14 days old or older than the retention are left out, which the answer tells.
/// Errors: InvalidParameterException; ResourceNotFoundException; ServiceUnavailableException.
Result<PutLogEventsResponse> put_log_events(LogStore& store, const PutLogEventsRequest& in);

/// One stream by time, `startTime` included, `endTime` not; without a token the newest events unless `startFromHead`.
/// The tokens "f/…" and "b/…" stand between two events, so the same comes back when there is nothing new.
/// Errors: InvalidParameterException; ResourceNotFoundException; ServiceUnavailableException.
Result<GetLogEventsResponse> get_log_events(LogStore& store, const GetLogEventsRequest& in);

/// The streams of a group, merged by time. A page reads 64 MiB of files at most, so it may be empty and yet have a token.
/// Errors: InvalidParameterException; ResourceNotFoundException; ServiceUnavailableException.
Result<FilterLogEventsResponse> filter_log_events(LogStore& store, const FilterLogEventsRequest& in);

}  // namespace roadstead::logs
