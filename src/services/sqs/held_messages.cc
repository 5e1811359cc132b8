#include "services/sqs/held_messages.h"

#include <chrono>

#include "decide/queues/receipt_handle.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"

namespace roadstead::sqs {

namespace {

constexpr std::int32_t longest_timeout = 43'200;

/// The handle of a message of this queue.
Result<ReceiptHandle> read_handle(const QueueRow& queue, const std::string& text) {
  auto handle = parse_receipt_handle(text);
  if (handle && handle->queue_name == queue.queue_name) return *std::move(handle);
  return Error{"ReceiptHandleIsInvalid", cat("The input receipt handle \"", text, "\" is not a valid receipt handle.")};
}

bool is_held(const QueueMessageRow& row, const ReceiptHandle& handle, Instant now) {
  return row.receipt_token == handle.token && row.visible_at.value_or(now) > now;
}

}  // namespace

Status delete_held_message(Tx& tx, const QueueRow& queue, const std::string& receipt_handle) {
  auto handle = TRY(read_handle(queue, receipt_handle));
  auto key = queue_message_key(queue.queue_name, handle.number);
  auto row = tx.find<QueueMessageRow>(key);
  if (row == nullptr) return Done{};
  if (queue.fifo && !is_held(*row, handle, tx.now())) {
    return invalid_parameter(receipt_handle, "ReceiptHandle", "The receipt handle has expired.");
  }
  if (row->receipt_token == handle.token) tx.erase<QueueMessageRow>(key);
  return Done{};
}

Status change_held_message(Tx& tx, const QueueRow& queue, const std::string& receipt_handle, std::int32_t seconds) {
  auto handle = TRY(read_handle(queue, receipt_handle));
  if (seconds < 0 || seconds > longest_timeout) {
    return invalid_parameter(seconds, "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
  }
  auto key = queue_message_key(queue.queue_name, handle.number);
  auto row = tx.find<QueueMessageRow>(key);
  if (row == nullptr || !is_held(*row, handle, tx.now())) {
    return invalid_parameter(receipt_handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.");
  }
  auto until = tx.now() + std::chrono::seconds(seconds);
  if (until - handle.received_at > std::chrono::seconds(longest_timeout)) {
    return invalid_parameter(seconds, "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
  }
  tx.update<QueueMessageRow>(key, [&](QueueMessageRow& changed) { changed.visible_at = until; });
  return Done{};
}

Result<Done> delete_message(Tx& tx, const Caller& who, const DeleteMessageRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  return delete_held_message(tx, *queue, in.receipt_handle);
}

Result<Done> change_message_visibility(Tx& tx, const Caller& who, const ChangeMessageVisibilityRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  return change_held_message(tx, *queue, in.receipt_handle, in.visibility_timeout);
}

}  // namespace roadstead::sqs
