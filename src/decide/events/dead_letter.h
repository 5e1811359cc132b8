// Calls that are given up go to the dead-letter queue of their target, if it has one: the event, and in the attributes of the
// message why. State thread. Source: EventBridge User Guide, "Using dead-letter queues to process undelivered events";
// EventBridge Scheduler User Guide, "Configuring a dead-letter queue".
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Sends a call to its target's dead-letter queue. `attempts` counts the first one; `exhausted` is AWS's name for the bound
/// that was reached. A queue that is not there is noted in the log.
void send_dead_letter(Tx& tx, const InvocationRow& invocation, int attempts, const Error& why, const std::string& exhausted);

/// Why a DeadLetterConfig's ARN cannot be used; nothing when it can, or is absent.
std::optional<std::string> why_no_dead_letter_queue(const std::optional<std::string>& arn);

}  // namespace roadstead
