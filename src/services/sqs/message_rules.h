// What may be sent: body, attributes, delay, message group. Pure. Source: reference/neighbour-apis.md §7.12; SQS API Reference,
// SendMessage.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/model/caller.h"
#include "base/result/result.h"
#include "decide/queues/messages.h"
#include "rows/rows.gen.h"

namespace roadstead::sqs {

/// What SendMessage and an entry of SendMessageBatch have in common.
struct Draft {
  std::string body;
  MessageAttributes attributes;
  MessageSystemAttributes system_attributes;
  std::optional<std::int32_t> delay_seconds;
  std::optional<std::string> deduplication_id;
  std::optional<std::string> group_id;
};

template <class Request>
Draft draft_of(const Request& in) {
  return {in.message_body, in.message_attributes.value_or(MessageAttributes{}), in.message_system_attributes.value_or(MessageSystemAttributes{}),
          in.delay_seconds, in.message_deduplication_id, in.message_group_id};
}

/// The message that `queue` can be sent. Errors: InvalidParameterValue, MissingParameter, InvalidMessageContents.
Result<NewMessage> check_draft(const QueueRow& queue, const Caller& who, const Draft& draft);

/// Bytes that count against the limits: the body, and name, type and value of each attribute.
std::size_t size_of(const Draft& draft);

/// Whether all characters are those that XML 1.0 has, which is all that SQS takes.
bool is_message_text(std::string_view text);

/// The sender as receivers see it: the account of a root, else who it is.
std::string sender_id_of(const Caller& who);

}  // namespace roadstead::sqs
