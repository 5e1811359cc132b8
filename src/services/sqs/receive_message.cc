#include <algorithm>
#include <chrono>

#include "decide/queues/receipt_handle.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"

namespace roadstead::sqs {

namespace {

constexpr std::int32_t most_messages = 10;
constexpr std::int32_t longest_timeout = 43'200;
constexpr std::int32_t longest_wait = 20;

using SystemNames = std::vector<MessageSystemAttributeName>;
using Texts = std::map<std::string, std::string>;

Status check_request(const ReceiveMessageRequest& in) {
  auto most = in.max_number_of_messages.value_or(1);
  if (most < 1 || most > most_messages) return invalid_parameter(most, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
  auto timeout = in.visibility_timeout.value_or(0);
  if (timeout < 0 || timeout > longest_timeout) return invalid_parameter(timeout, "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
  auto wait = in.wait_time_seconds.value_or(0);
  if (wait < 0 || wait > longest_wait) return invalid_parameter(wait, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
  return Done{};
}

/// Both members may name them; one is the older.
SystemNames wanted_names(const ReceiveMessageRequest& in) {
  auto names = in.attribute_names.value_or(SystemNames{});
  for (auto name : in.message_system_attribute_names.value_or(SystemNames{})) names.push_back(name);
  return names;
}

Texts system_attributes(const QueueRow& queue, const QueueMessageRow& row) {
  auto millis_of = [](const std::optional<Instant>& at) { return cat(at.value_or(Instant{}).millis()); };
  Texts out{
      {"SenderId", row.sender_id.value_or("")},
      {"SentTimestamp", millis_of(row.sent_at)},
      {"ApproximateReceiveCount", cat(row.receive_count)},
      {"ApproximateFirstReceiveTimestamp", millis_of(row.first_received_at)},
  };
  auto add = [&](const char* name, const std::optional<std::string>& text) {
    if (text) out[name] = *text;
  };
  add("MessageGroupId", row.message_group_id);
  add("MessageDeduplicationId", row.deduplication_id);
  add("AWSTraceHeader", row.trace_header);
  add("DeadLetterQueueSourceArn", row.dead_letter_source_arn);
  if (queue.fifo) out["SequenceNumber"] = sequence_number(row.number);
  return out;
}

void keep_named(Texts& attributes, const SystemNames& names) {
  if (std::ranges::find(names, MessageSystemAttributeName::all) != names.end()) return;
  std::erase_if(attributes, [&](const auto& attribute) {
    return std::ranges::none_of(names, [&](MessageSystemAttributeName name) { return to_string(name) == attribute.first; });
  });
}

/// "All", ".*", a name, or the beginning of names before ".*".
bool fits(std::string_view wanted, std::string_view name) {
  if (wanted == "All" || wanted == ".*") return true;
  return wanted.ends_with(".*") ? name.starts_with(wanted.substr(0, wanted.size() - 2)) : wanted == name;
}

MessageAttributes named_attributes(const QueueMessageRow& row, const std::vector<std::string>& names) {
  MessageAttributes out;
  for (const auto& [name, attribute] : row.attributes) {
    if (std::ranges::any_of(names, [&](const std::string& wanted) { return fits(wanted, name); })) out[name] = attribute;
  }
  return out;
}

Message render_message(const QueueRow& queue, const QueueMessageRow& row, const ReceiveMessageRequest& in) {
  Message out;
  out.message_id = row.message_id;
  out.receipt_handle = receipt_handle_of(row);
  out.body = row.body;
  out.md5_of_body = digest_of_body(row.body);
  auto known = system_attributes(queue, row);
  keep_named(known, wanted_names(in));
  if (!known.empty()) out.attributes = std::move(known);
  auto attributes = named_attributes(row, in.message_attribute_names.value_or(std::vector<std::string>{}));
  out.md5_of_message_attributes = digest_of_attributes(attributes);
  if (!attributes.empty()) out.message_attributes = std::move(attributes);
  return out;
}

}  // namespace

Result<ReceiveMessageResult> receive_message(Tx& tx, const Caller& who, const ReceiveMessageRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  TRY(check_request(in));
  auto timeout = std::chrono::seconds(in.visibility_timeout.value_or(queue->visibility_timeout_seconds));
  auto rows = receive_messages(tx, *queue, static_cast<std::size_t>(in.max_number_of_messages.value_or(1)), timeout);
  ReceiveMessageResult out;
  if (rows.empty()) return out;
  auto& messages = out.messages.emplace();
  for (const auto& row : rows) messages.push_back(render_message(*queue, *row, in));
  return out;
}

}  // namespace roadstead::sqs
