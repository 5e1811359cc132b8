#include "decide/queues/messages.h"

#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "aws/model/key.h"
#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/queues/receipt_handle.h"

namespace roadstead {

namespace {

constexpr int token_digits = 16;
constexpr int number_digits = 20;

std::string key_of(const QueueMessageRow& row) { return RowTraits<QueueMessageRow>::key(row); }

/// A key of the index by_visible. The first instant after `at` bounds what is visible at `at`.
std::string visible_key(const std::string& queue_name, Instant at) {
  auto key = cat(queue_name, '\n');
  append_key(key, at);
  return key;
}

/// Greater than the key of every time.
std::string after_all_times(const std::string& queue_name) { return cat(queue_name, "\n:"); }

Instant just_after(Instant at) { return at + Duration(1); }

template <class F>
void for_each_invisible(const Reader& rows, const std::string& queue_name, Instant now, F&& f) {
  rows.for_each_between(QueueMessageRowIndex::by_visible, visible_key(queue_name, just_after(now)), after_all_times(queue_name), f);
}

std::int64_t take_number(Tx& tx, const std::string& queue_name) {
  std::int64_t number = 0;
  tx.update<QueueRow>(queue_name, [&](QueueRow& row) { number = row.next_number++; });
  return number;
}

std::string scope_of(const QueueRow& queue, const std::optional<std::string>& group_id) {
  return queue.deduplication_scope == "messageGroup" ? group_id.value_or("") : std::string();
}

/// What is received, and what is moved instead.
struct Receivable {
  std::vector<QueueMessagePointer> given;
  std::vector<QueueMessagePointer> exhausted;
};

class Selection {
 public:
  Selection(const Reader& rows, const QueueRow& queue, Instant now, std::size_t most) : rows_(rows), queue_(queue), now_(now), most_(most) {
    if (queue.dead_letter_target_arn) dead_letter_queue_ = find_queue_by_arn(rows, *queue.dead_letter_target_arn);
  }

  Receivable select() {
    if (queue_.fifo) {
      select_in_order();
    } else {
      select_any();
    }
    return std::move(found_);
  }

  const QueuePointer& dead_letter_queue() const { return dead_letter_queue_; }

 private:
  /// Takes or passes by one visible message; false when that is enough.
  bool take(const QueueMessagePointer& message) {
    if (message->expires_at && *message->expires_at <= now_) return true;
    bool exhausted = dead_letter_queue_ != nullptr && message->receive_count >= queue_.max_receive_count;
    (exhausted ? found_.exhausted : found_.given).push_back(message);
    return found_.given.size() < most_;
  }

  void select_any() {
    rows_.for_each_between(QueueMessageRowIndex::by_visible, visible_key(queue_.queue_name, Instant{}),
                           visible_key(queue_.queue_name, just_after(now_)), [&](const QueueMessagePointer& row) { return take(row); });
  }

  void select_in_order() {
    // Of each group with a message that cannot be received now, where the group ends for us: nothing of it when one is in flight.
    std::map<std::string, std::int64_t> ends;
    for_each_invisible(rows_, queue_.queue_name, now_, [&](const QueueMessageRow& row) {
      auto end = row.receive_count > 0 ? 0 : row.number;
      auto [known, added] = ends.emplace(row.message_group_id.value_or(""), end);
      if (!added) known->second = std::min(known->second, end);
    });
    rows_.for_each(QueueMessageRowIndex::by_queue, queue_.queue_name, [&](const QueueMessagePointer& row) {
      auto end = ends.find(row->message_group_id.value_or(""));
      if (end != ends.end() && row->number >= end->second) return true;
      return take(row);
    });
  }

  const Reader& rows_;
  const QueueRow& queue_;
  Instant now_;
  std::size_t most_;
  QueuePointer dead_letter_queue_;
  Receivable found_;
};

/// A message keeps its identity; in a standard queue it also keeps its age.
void move_to(Tx& tx, const QueueRow& target, const std::string& source_arn, const QueueMessageRow& message) {
  auto row = message;
  row.queue_name = target.queue_name;
  row.number = take_number(tx, target.queue_name);
  row.visible_at = tx.now();
  row.expires_at = (target.fifo ? tx.now() : message.sent_at.value_or(tx.now())) + std::chrono::seconds(target.message_retention_seconds);
  row.receive_count = 0;
  row.first_received_at.reset();
  row.receipt_token.reset();
  row.dead_letter_source_arn = source_arn;
  tx.erase<QueueMessageRow>(key_of(message));
  tx.put(std::move(row));
}

}  // namespace

SentMessage send_message(Tx& tx, const QueueRow& queue, NewMessage message) {
  if (queue.fifo && !message.deduplication_id) message.deduplication_id = sha256_hex(message.body);
  QueueDeduplicationRow known{.queue_name = queue.queue_name};
  if (queue.fifo) {
    known.scope = scope_of(queue, message.group_id);
    known.deduplication_id = *message.deduplication_id;
    auto before = tx.find<QueueDeduplicationRow>(RowTraits<QueueDeduplicationRow>::key(known));
    if (before != nullptr && before->expires_at.value_or(tx.now()) > tx.now()) return {before->message_id, before->number};
  }
  QueueMessageRow row{.queue_name = queue.queue_name};
  row.number = take_number(tx, queue.queue_name);
  row.message_id = new_uuid(tx.ids());
  row.body = std::move(message.body);
  row.attributes = std::move(message.attributes);
  row.sender_id = std::move(message.sender_id);
  row.trace_header = std::move(message.trace_header);
  row.sent_at = tx.now();
  row.visible_at = tx.now() + std::chrono::seconds(message.delay_seconds.value_or(queue.delay_seconds));
  row.expires_at = tx.now() + std::chrono::seconds(queue.message_retention_seconds);
  row.message_group_id = std::move(message.group_id);
  row.deduplication_id = std::move(message.deduplication_id);
  SentMessage sent{row.message_id, row.number};
  if (queue.fifo) {
    known.message_id = sent.message_id;
    known.number = sent.number;
    known.expires_at = tx.now() + deduplication_window;
    tx.put(std::move(known));
  }
  tx.put(std::move(row));
  return sent;
}

std::vector<QueueMessagePointer> receive_messages(Tx& tx, const QueueRow& queue, std::size_t most, Duration visibility_timeout) {
  Selection selection(tx, queue, tx.now(), most);
  auto found = selection.select();
  for (const auto& message : found.exhausted) move_to(tx, *selection.dead_letter_queue(), queue.queue_arn, *message);
  std::vector<QueueMessagePointer> received;
  for (const auto& message : found.given) {
    received.push_back(tx.update<QueueMessageRow>(key_of(*message), [&](QueueMessageRow& row) {
      row.visible_at = tx.now() + visibility_timeout;
      row.receive_count += 1;
      if (!row.first_received_at) row.first_received_at = tx.now();
      row.receipt_token = receipt_token(tx.now(), new_hex(tx.ids(), token_digits));
    }));
  }
  return received;
}

std::optional<Instant> next_visible_time(const Reader& rows, const std::string& queue_name, Instant now) {
  std::optional<Instant> next;
  for_each_invisible(rows, queue_name, now, [&](const QueueMessageRow& row) {
    next = row.visible_at;
    return false;
  });
  return next;
}

QueueCounts count_messages(const Reader& rows, const std::string& queue_name, Instant now) {
  QueueCounts counts;
  for_each_invisible(rows, queue_name, now, [&](const QueueMessageRow& row) { ++(row.receive_count > 0 ? counts.in_flight : counts.delayed); });
  counts.visible = rows.count(QueueMessageRowIndex::by_queue, queue_name) - counts.in_flight - counts.delayed;
  return counts;
}

void erase_messages(Tx& tx, const std::string& queue_name, bool deduplications) {
  for (const auto& message : tx.list(QueueMessageRowIndex::by_queue, queue_name)) tx.erase<QueueMessageRow>(key_of(*message));
  if (!deduplications) return;
  for (const auto& known : tx.list(QueueDeduplicationRowIndex::by_queue, queue_name)) {
    tx.erase<QueueDeduplicationRow>(RowTraits<QueueDeduplicationRow>::key(*known));
  }
}

QueuePointer find_queue_by_arn(const Reader& rows, std::string_view arn) {
  auto parts = parse_arn(arn);
  if (!parts || parts->service != "sqs") return nullptr;
  auto queue = rows.find<QueueRow>(parts->resource);
  return queue != nullptr && queue->queue_arn == arn ? queue : nullptr;
}

std::string queue_message_key(std::string_view queue_name, std::int64_t number) {
  QueueMessageRow row{.queue_name = std::string(queue_name)};
  row.number = number;
  return key_of(row);
}

std::string sequence_number(std::int64_t number) {
  auto digits = cat(number);
  return cat(std::string(number_digits - digits.size(), '0'), digits);
}

}  // namespace roadstead
