// Listings of groups and streams: their rows, as the LogStore mirrors them, and what their files know. Outside the state
// thread. Source: reference/neighbour-apis.md §7.6.
#pragma once

#include "api/logs/describe_log_groups.gen.h"
#include "api/logs/describe_log_streams.gen.h"
#include "api/logs/list_log_groups.gen.h"

namespace roadstead {
class LogStore;
}

namespace roadstead::logs {

/// Groups by name, 50 a page unless told. Errors: InvalidParameterException (prefix and pattern; a bad token).
Result<DescribeLogGroupsResponse> describe_log_groups(LogStore& store, const DescribeLogGroupsRequest& in);

/// The same without what files know; the pattern is "a|^b": a name that contains a or begins with b.
Result<ListLogGroupsResponse> list_log_groups(LogStore& store, const ListLogGroupsRequest& in);

/// Streams by name or, newest first only if `descending`, by the time of their last event (those without come first).
/// Errors: ResourceNotFoundException; InvalidParameterException (a prefix with LastEventTime; a bad token).
Result<DescribeLogStreamsResponse> describe_log_streams(LogStore& store, const DescribeLogStreamsRequest& in);

}  // namespace roadstead::logs
