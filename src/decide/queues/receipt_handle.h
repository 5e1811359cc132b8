// Receipt handles: what a receiver is given to delete a message or to keep it longer. Each receive makes a new one.
//
//   base64 of "<queue> <number of the message> <when it was received, microseconds> <16 hexadecimal digits>"
//
// The last two are the token that the row keeps: a handle whose token the row no longer has is an old one. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time/time.h"
#include "rows/rows.gen.h"

namespace roadstead {

struct ReceiptHandle {
  std::string queue_name;
  std::int64_t number = 0;
  std::string token;
  Instant received_at;

  bool operator==(const ReceiptHandle&) const = default;
};

/// What the row of a message keeps of its receive.
std::string receipt_token(Instant received_at, std::string_view random);

/// The handle of the last receive of a message, which has been received.
std::string receipt_handle_of(const QueueMessageRow& message);

/// Nothing for what is no handle.
std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text);

}  // namespace roadstead
