#include <algorithm>
#include <chrono>

#include "decide/tags/resource_tags.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_attributes.h"

namespace roadstead::sqs {

namespace {

constexpr auto between_purges = std::chrono::seconds(60);

Attributes render_counts(const Reader& rows, const QueueRow& queue, Instant now) {
  auto counts = count_messages(rows, queue.queue_name, now);
  return {
      {"ApproximateNumberOfMessages", cat(counts.visible)},
      {"ApproximateNumberOfMessagesNotVisible", cat(counts.in_flight)},
      {"ApproximateNumberOfMessagesDelayed", cat(counts.delayed)},
  };
}

}  // namespace

Result<Done> delete_queue(Tx& tx, const Caller& who, const DeleteQueueRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  erase_messages(tx, queue->queue_name, true);
  write_resource_tags(tx, queue->queue_arn, {});
  tx.erase<QueueRow>(queue->queue_name);
  return Done{};
}

Result<Done> purge_queue(Tx& tx, const Caller& who, const PurgeQueueRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  if (queue->purged_at && tx.now() - *queue->purged_at < between_purges) {
    return Error{"PurgeQueueInProgress", cat("Only one PurgeQueue operation on ", queue->queue_name, " is allowed every 60 seconds.")};
  }
  erase_messages(tx, queue->queue_name, false);
  tx.update<QueueRow>(queue->queue_name, [&](QueueRow& row) { row.purged_at = tx.now(); });
  return Done{};
}

Result<GetQueueUrlResult> get_queue_url(Tx& tx, const Caller& who, const GetQueueUrlRequest& in) {
  bool ours = !in.queue_owner_aws_account_id || *in.queue_owner_aws_account_id == who.account_id;
  if (!ours || !tx.contains<QueueRow>(in.queue_name)) return no_such_queue();
  GetQueueUrlResult out;
  out.queue_url = queue_url(who, in.queue_name);
  return out;
}

Result<GetQueueAttributesResult> get_queue_attributes(Tx& tx, const Caller& who, const GetQueueAttributesRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  GetQueueAttributesResult out;
  if (!in.attribute_names || in.attribute_names->empty()) return out;
  const auto& names = *in.attribute_names;
  for (const auto& name : names) {
    if (!parse_enum<QueueAttributeName>(name)) return unknown_attribute(name);
  }
  auto all = render_attributes(*queue);
  all.merge(render_counts(tx, *queue, tx.now()));
  if (std::ranges::find(names, "All") == names.end()) {
    std::erase_if(all, [&](const auto& attribute) { return std::ranges::find(names, attribute.first) == names.end(); });
  }
  if (!all.empty()) out.attributes = std::move(all);
  return out;
}

Result<Done> set_queue_attributes(Tx& tx, const Caller& who, const SetQueueAttributesRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  auto row = *queue;
  TRY(apply_attributes(tx, in.attributes, false, row));
  row.last_modified_at = tx.now();
  tx.put(std::move(row));
  return Done{};
}

}  // namespace roadstead::sqs
