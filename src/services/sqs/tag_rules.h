// Tags of queues. State thread.
#pragma once

#include <map>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::sqs {

/// Adds tags to a queue, in place of those with the same keys. Errors: InvalidParameterValue, beyond 50.
Status add_tags(Tx& tx, const QueueRow& queue, const std::map<std::string, std::string>& tags);

}  // namespace roadstead::sqs
