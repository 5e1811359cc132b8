// The end of messages that are older than their queue keeps them, and of what FIFO queues remember of the last five minutes.
// One key stands for all of both; a run takes away a limited number, so that no transaction becomes large. State thread.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "store/tx/tx.h"

namespace roadstead {

inline constexpr std::string_view queue_expiry_key = "queues";

/// Erases what has expired, and says when the next will have.
Result<std::optional<Instant>> reconcile_queue_expiry(Tx& tx, const std::string& key);

}  // namespace roadstead
