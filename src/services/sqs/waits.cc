#include "services/sqs/waits.h"

#include <chrono>

#include "api/sqs/receive_message.gen.h"
#include "decide/queues/messages.h"

namespace roadstead::sqs {

namespace {

/// The last piece of a URL that a queue was found by.
std::string queue_name_of(std::string_view url) { return std::string(url.substr(url.rfind('/') + 1)); }

std::optional<Wait> wait_of(const Reader& rows, Instant now, const Operation& operation, const void* in, const void* out) {
  if (operation.name != "ReceiveMessage") return std::nullopt;
  const auto& request = *static_cast<const ReceiveMessageRequest*>(in);
  if (static_cast<const ReceiveMessageResult*>(out)->messages) return std::nullopt;
  auto queue = rows.find<QueueRow>(queue_name_of(request.queue_url));
  if (queue == nullptr) return std::nullopt;
  auto seconds = request.wait_time_seconds.value_or(queue->receive_wait_seconds);
  if (seconds == 0) return std::nullopt;
  return Wait{.key = queue->queue_name, .patience = std::chrono::seconds(seconds), .look_again = next_visible_time(rows, queue->queue_name, now)};
}

/// Whether a message, or one behind it in its group, can be received that could not before, now or at another time.
bool is_news(const QueueMessageRow* before, const QueueMessageRow* after) {
  if (after == nullptr) return before->message_group_id.has_value();
  return before == nullptr || after->visible_at < before->visible_at;
}

void woken_by(const Change& change, std::vector<std::string>& keys) {
  if (change.is<QueueRow>() && change.after == nullptr) keys.push_back(change.key);
  if (!change.is<QueueMessageRow>()) return;
  auto before = change.before_as<QueueMessageRow>();
  auto after = change.after_as<QueueMessageRow>();
  if (is_news(before.get(), after.get())) keys.push_back((after ? after : before)->queue_name);
}

}  // namespace

const WaitRules wait_rules{.wait_of = wait_of, .woken_by = woken_by};

}  // namespace roadstead::sqs
