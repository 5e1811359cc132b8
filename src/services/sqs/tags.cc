#include "decide/tags/resource_tags.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"
#include "services/sqs/tag_rules.h"

namespace roadstead::sqs {

namespace {

constexpr std::size_t longest_key = 128;
constexpr std::size_t longest_value = 256;

}  // namespace

Status add_tags(Tx& tx, const QueueRow& queue, const std::map<std::string, std::string>& added) {
  auto tags = read_resource_tags(tx, queue.queue_arn);
  for (const auto& [key, value] : added) {
    if (key.empty() || key.size() > longest_key) return invalid_value("Tag keys must be between 1 and 128 characters in length.");
    if (value.size() > longest_value) return invalid_value("Tag values must be between 0 and 256 characters in length.");
    tags[key] = value;
  }
  if (tags.size() > most_resource_tags) return invalid_value(cat("Too many tags added for queue ", queue.queue_name, ". A queue can have no more than 50."));
  write_resource_tags(tx, queue.queue_arn, tags);
  return Done{};
}

Result<Done> tag_queue(Tx& tx, const Caller& who, const TagQueueRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  if (in.tags.empty()) return missing_parameter("Tags");
  TRY(add_tags(tx, *queue, in.tags));
  return Done{};
}

Result<Done> untag_queue(Tx& tx, const Caller& who, const UntagQueueRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  auto tags = read_resource_tags(tx, queue->queue_arn);
  for (const auto& key : in.tag_keys) tags.erase(key);
  write_resource_tags(tx, queue->queue_arn, tags);
  return Done{};
}

Result<ListQueueTagsResult> list_queue_tags(Tx& tx, const Caller& who, const ListQueueTagsRequest& in) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  ListQueueTagsResult out;
  auto tags = read_resource_tags(tx, queue->queue_arn);
  if (!tags.empty()) out.tags = std::move(tags);
  return out;
}

}  // namespace roadstead::sqs
