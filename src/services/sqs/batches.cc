#include "services/sqs/batches.h"

#include "services/sqs/held_messages.h"
#include "services/sqs/message_rules.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"
#include "services/sqs/render_sent.h"

namespace roadstead::sqs {

namespace {

constexpr std::size_t longest_id = 80;
constexpr std::size_t most_bytes = 1'048'576;

bool is_entry_id(std::string_view id) {
  return !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char letter) {
    bool word = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    return word || letter == '-' || letter == '_';
  });
}

/// Appends to a list that is absent while it is empty.
template <class Entry>
void append(std::optional<std::vector<Entry>>& list, Entry entry) {
  if (!list) list.emplace();
  list->push_back(std::move(entry));
}

}  // namespace

Status check_batch_ids(const std::vector<std::string>& ids, std::string_view shape) {
  if (ids.empty()) return Error{"EmptyBatchRequest", cat("There should be at least one ", shape, " in the request.")};
  if (ids.size() > most_entries) {
    return Error{"TooManyEntriesInBatchRequest", cat("Maximum number of entries per request are ", most_entries, ". You have sent ", ids.size(), '.')};
  }
  std::set<std::string_view> seen;
  for (const auto& id : ids) {
    if (!is_entry_id(id)) {
      return Error{
          "InvalidBatchEntryId",
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
      };
    }
    if (!seen.insert(id).second) return Error{"BatchEntryIdsNotDistinct", cat("Id ", id, " repeated.")};
  }
  return Done{};
}

BatchResultErrorEntry failed_entry(const std::string& id, const Error& why) {
  BatchResultErrorEntry entry;
  entry.id = id;
  entry.sender_fault = true;
  entry.code = why.code;
  entry.message = why.message;
  return entry;
}

Result<SendMessageBatchResult> send_message_batch(Tx& tx, const Caller& who, const SendMessageBatchRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  TRY(check_batch(in.entries, "SendMessageBatchRequestEntry"));
  std::size_t bytes = 0;
  for (const auto& entry : in.entries) bytes += size_of(draft_of(entry));
  if (bytes > most_bytes) {
    return Error{"BatchRequestTooLong", cat("Batch requests cannot be longer than ", most_bytes, " bytes. You have sent ", bytes, " bytes.")};
  }
  SendMessageBatchResult out;
  for (const auto& entry : in.entries) {
    auto draft = draft_of(entry);
    auto message = check_draft(*queue, who, draft);
    if (!message) {
      append(out.failed, failed_entry(entry.id, message.error()));
      continue;
    }
    auto sent = roadstead::send_message(tx, *queue, std::move(message).value());
    auto rendered = render_sent<SendMessageBatchResultEntry>(*queue, draft, sent);
    rendered.id = entry.id;
    append(out.successful, std::move(rendered));
  }
  return out;
}

Result<DeleteMessageBatchResult> delete_message_batch(Tx& tx, const Caller& who, const DeleteMessageBatchRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  TRY(check_batch(in.entries, "DeleteMessageBatchRequestEntry"));
  DeleteMessageBatchResult out;
  for (const auto& entry : in.entries) {
    auto deleted = delete_held_message(tx, *queue, entry.receipt_handle);
    if (deleted) {
      append(out.successful, {.id = entry.id});
    } else {
      append(out.failed, failed_entry(entry.id, deleted.error()));
    }
  }
  return out;
}

Result<ChangeMessageVisibilityBatchResult> change_message_visibility_batch(
    Tx& tx, const Caller& who, const ChangeMessageVisibilityBatchRequest& in
) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  TRY(check_batch(in.entries, "ChangeMessageVisibilityBatchRequestEntry"));
  ChangeMessageVisibilityBatchResult out;
  for (const auto& entry : in.entries) {
    auto changed = change_held_message(tx, *queue, entry.receipt_handle, entry.visibility_timeout.value_or(queue->visibility_timeout_seconds));
    if (changed) {
      append(out.successful, {.id = entry.id});
    } else {
      append(out.failed, failed_entry(entry.id, changed.error()));
    }
  }
  return out;
}

}  // namespace roadstead::sqs
