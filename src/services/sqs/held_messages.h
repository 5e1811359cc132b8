// What a receiver does with a message that he holds: delete it, or change how long he holds it. Who held it before may try,
// too: a standard queue answers him as if it had worked, a FIFO queue says that his handle has expired. State thread.
// Source: reference/neighbour-apis.md §7.12; SQS API Reference, DeleteMessage, ChangeMessageVisibility.
#pragma once

#include <cstdint>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::sqs {

/// Errors: ReceiptHandleIsInvalid; InvalidParameterValue, for an expired handle of a FIFO queue.
Status delete_held_message(Tx& tx, const QueueRow& queue, const std::string& receipt_handle);

/// Errors: ReceiptHandleIsInvalid; InvalidParameterValue, when it is not held or would be for more than 12 hours.
Status change_held_message(Tx& tx, const QueueRow& queue, const std::string& receipt_handle, std::int32_t seconds);

}  // namespace roadstead::sqs
