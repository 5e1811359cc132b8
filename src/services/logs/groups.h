// Making, deleting and keeping of groups and streams. State thread, in a transaction; the files of what is deleted go
// after it, by the LogStore. Source: reference/neighbour-apis.md §7.6.
#pragma once

#include "api/logs/create_log_group.gen.h"
#include "api/logs/create_log_stream.gen.h"
#include "api/logs/delete_log_group.gen.h"
#include "api/logs/delete_log_stream.gen.h"
#include "api/logs/delete_retention_policy.gen.h"
#include "api/logs/put_retention_policy.gen.h"

namespace roadstead::logs {

/// Errors: ResourceAlreadyExistsException; InvalidParameterException for what Roadstead does not do: KMS keys, classes
/// other than STANDARD, protection against deletion.
Result<Done> create_log_group(Tx& tx, const Caller& who, const CreateLogGroupRequest& in);

/// Deletes the group with its streams, events and tags. Errors: ResourceNotFoundException.
Result<Done> delete_log_group(Tx& tx, const Caller& who, const DeleteLogGroupRequest& in);

/// Errors: ResourceNotFoundException (the group), ResourceAlreadyExistsException.
Result<Done> create_log_stream(Tx& tx, const Caller& who, const CreateLogStreamRequest& in);

/// Errors: ResourceNotFoundException.
Result<Done> delete_log_stream(Tx& tx, const Caller& who, const DeleteLogStreamRequest& in);

/// Keeps events for so many days. Errors: ResourceNotFoundException; InvalidParameterException (not one of AWS's numbers).
Result<Done> put_retention_policy(Tx& tx, const Caller& who, const PutRetentionPolicyRequest& in);

/// Keeps events for ever. Errors: ResourceNotFoundException.
Result<Done> delete_retention_policy(Tx& tx, const Caller& who, const DeleteRetentionPolicyRequest& in);

}  // namespace roadstead::logs
