// The attributes of a queue: texts on the wire, members of its row in the store. Checked one by one and then together.
// Source: reference/neighbour-apis.md §7.12; SQS API Reference, SetQueueAttributes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::sqs {

using Attributes = std::map<std::string, std::string>;

/// Writes `attributes` into `row`. `created` says whether they are those of a new queue, which alone may say FifoQueue.
/// Errors: InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue (policies).
Status apply_attributes(const Reader& rows, const Attributes& attributes, bool created, QueueRow& row);

Error unknown_attribute(std::string_view name);

/// All attributes of a queue that are not counted, as GetQueueAttributes answers them.
Attributes render_attributes(const QueueRow& row);

}  // namespace roadstead::sqs
