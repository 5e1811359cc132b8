// Queues of SQS as targets of rules and schedules: what they are given becomes a message, in the transaction that takes the
// owed call away. State thread. Source: reference/ecs-core.md §10.
#pragma once

#include <string_view>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Whether a target's ARN is one of a queue.
bool sends_to_queue(const events::Target& target);

/// Whether the ARN is one of a FIFO queue, by its name.
bool names_fifo_queue(std::string_view arn);

/// Puts the input of a call into its queue. Errors: QueueDoesNotExist; InvalidParameterValue, when the queue does not take it.
Status send_to_queue(Tx& tx, const InvocationRow& invocation);

}  // namespace roadstead
