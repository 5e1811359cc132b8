#include "decide/events/queue_call.h"

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/queues/messages.h"

namespace roadstead {

bool sends_to_queue(const events::Target& target) {
  auto arn = parse_arn(target.arn);
  return arn && arn->service == "sqs";
}

bool names_fifo_queue(std::string_view arn) { return arn.ends_with(".fifo"); }

Status send_to_queue(Tx& tx, const InvocationRow& invocation) {
  auto queue = find_queue_by_arn(tx, invocation.target.arn);
  if (queue == nullptr) return Error{"QueueDoesNotExist", cat("The queue ", invocation.target.arn, " does not exist.")};
  if (invocation.input.size() > static_cast<std::size_t>(queue->maximum_message_size)) {
    return Error{"InvalidParameterValue", cat("One or more parameters are invalid. Reason: Message must be shorter than ", queue->maximum_message_size, " bytes.")};
  }
  NewMessage message{.body = invocation.input, .sender_id = invocation.source_arn};
  const auto& parameters = invocation.target.sqs_parameters;
  if (parameters) message.group_id = parameters->message_group_id;
  if (queue->fifo && !message.group_id) return Error{"MissingParameter", "The request must contain the parameter MessageGroupId."};
  if (queue->fifo && !queue->content_based_deduplication) {
    return Error{
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    };
  }
  send_message(tx, *queue, std::move(message));
  return Done{};
}

}  // namespace roadstead
