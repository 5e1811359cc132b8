// The messages of SQS queues as rows: sent, received, moved to a dead-letter queue.
//
//            DelaySeconds                received                  deleted
//   sent ───▶ delayed ───▶ visible ─────────────────▶ in flight ─────────────▶ (row gone)
//                             ▲   timeout over, or set to 0  │
//                             └──────────────────────────────┘
//                             │ received maxReceiveCount times, looked at once more
//                             └──▶ visible in the dead-letter queue
//
// `visibleAt` tells the first three apart; nothing happens when time passes. In a FIFO queue messages of one group are given
// out in order, and none while one of them is in flight or delayed. Whoever calls has checked what may be sent. State thread.
// Source: reference/neighbour-apis.md §7.12.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/queues/message_digest.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

using QueuePointer = std::shared_ptr<const QueueRow>;
using QueueMessagePointer = std::shared_ptr<const QueueMessageRow>;

/// The same message is not taken twice within this time.
inline constexpr Duration deduplication_window = std::chrono::minutes(5);

struct NewMessage {
  std::string body;
  MessageAttributes attributes = {};
  std::string sender_id = {};
  std::optional<std::string> trace_header = {};
  std::optional<std::string> group_id = {};
  /// Absent in a FIFO queue: the SHA-256 of the body.
  std::optional<std::string> deduplication_id = {};
  /// Absent: the queue's own.
  std::optional<int> delay_seconds = {};
};

/// How a message is known after it was sent; the number orders those of a queue.
struct SentMessage {
  std::string message_id;
  std::int64_t number = 0;
};

/// Stores a message; in a FIFO queue, answers with the message before when it was sent in the last five minutes.
SentMessage send_message(Tx& tx, const QueueRow& queue, NewMessage message);

/// Takes at most `most` messages out for `visibility_timeout`, and moves those on the way that were received too often. The rows are those after it.
std::vector<QueueMessagePointer> receive_messages(Tx& tx, const QueueRow& queue, std::size_t most, Duration visibility_timeout);

/// When the next message that cannot be received now may be; nothing when there is none.
std::optional<Instant> next_visible_time(const Reader& rows, const std::string& queue_name, Instant now);

struct QueueCounts {
  std::size_t visible = 0;
  std::size_t in_flight = 0;
  std::size_t delayed = 0;
};

QueueCounts count_messages(const Reader& rows, const std::string& queue_name, Instant now);

/// Takes away all messages of a queue, and with `deduplications` what it remembers of them.
void erase_messages(Tx& tx, const std::string& queue_name, bool deduplications);

/// The queue of an ARN, or null.
QueuePointer find_queue_by_arn(const Reader& rows, std::string_view arn);

/// The key of a message's row.
std::string queue_message_key(std::string_view queue_name, std::int64_t number);

/// Twenty digits, as SequenceNumber says it.
std::string sequence_number(std::int64_t number);

}  // namespace roadstead
