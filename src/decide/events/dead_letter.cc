#include "decide/events/dead_letter.h"

#include "base/id/arn.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/queue_call.h"
#include "decide/queues/messages.h"

namespace roadstead {

namespace {

void add_text(MessageAttributes& attributes, const char* name, std::string value) {
  if (value.empty()) return;  // a message has no empty attributes
  sqs::MessageAttributeValue attribute;
  attribute.string_value = std::move(value);
  attribute.data_type = "String";
  attributes[name] = std::move(attribute);
}

/// EventBridge sorts errors into kinds; Scheduler gives the target's own code.
std::string kind_of(const Error& why) {
  bool nothing_there = why.code.find("NotFound") != std::string::npos || why.code == "QueueDoesNotExist";
  return nothing_there ? "NO_RESOURCE" : "ERROR_FROM_TARGET";
}

bool is_schedule(const InvocationRow& invocation) {
  auto arn = parse_arn(invocation.source_arn);
  return arn && arn->service == "scheduler";
}

}  // namespace

void send_dead_letter(Tx& tx, const InvocationRow& invocation, int attempts, const Error& why, const std::string& exhausted) {
  const auto& config = invocation.target.dead_letter_config;
  if (!config || !config->arn) return;
  auto queue = find_queue_by_arn(tx, *config->arn);
  if (queue == nullptr || queue->fifo) {
    log_warning("dead_letter_lost", {{"source", invocation.source_arn}, {"queue", *config->arn}, {"why", "There is no such standard queue."}});
    return;
  }
  bool schedule = is_schedule(invocation);
  NewMessage message{.body = invocation.target.input.value_or(invocation.input), .sender_id = invocation.source_arn};
  auto& attributes = message.attributes;
  add_text(attributes, schedule ? "SCHEDULE_ARN" : "RULE_ARN", invocation.source_arn);
  add_text(attributes, "TARGET_ARN", invocation.target.arn);
  add_text(attributes, "ERROR_CODE", schedule ? why.code : kind_of(why));
  add_text(attributes, "ERROR_MESSAGE", why.message);
  add_text(attributes, "EXHAUSTED_RETRY_CONDITION", exhausted);
  add_text(attributes, "RETRY_ATTEMPTS", cat(attempts - 1));
  if (schedule) {
    add_text(attributes, "EXECUTION_ID", invocation.invocation_id);
    add_text(attributes, "SCHEDULED_TIME", format_iso8601(invocation.created_at.value_or(tx.now())));
    add_text(attributes, "IS_PAYLOAD_TRUNCATED", "false");
  }
  send_message(tx, *queue, std::move(message));
}

std::optional<std::string> why_no_dead_letter_queue(const std::optional<std::string>& arn) {
  if (!arn) return std::nullopt;
  auto parts = parse_arn(*arn);
  if (!parts || parts->service != "sqs") return cat("The Arn of DeadLetterConfig, ", *arn, ", is not that of a queue of SQS.");
  if (names_fifo_queue(*arn)) return std::string("A FIFO queue cannot be a dead-letter queue here. Use a standard queue.");
  return std::nullopt;
}

}  // namespace roadstead
