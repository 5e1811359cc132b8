#include "decide/tags/resource_tags.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_attributes.h"
#include "services/sqs/tag_rules.h"

namespace roadstead::sqs {

namespace {

/// The queue as it would be made now.
Result<QueueRow> new_queue(Tx& tx, const Caller& who, const std::string& name, const Attributes& attributes) {
  auto fifo = attributes.find("FifoQueue");
  TRY(check_queue_name(name, fifo != attributes.end() && fifo->second == "true"));
  QueueRow row{.queue_name = name, .queue_arn = queue_arn(who, name)};
  TRY(apply_attributes(tx, attributes, true, row));
  row.created_at = tx.now();
  row.last_modified_at = tx.now();
  return row;
}

/// What was asked for must be what is there; what was not asked for may be anything.
Status check_same(const QueueRow& known, const QueueRow& wanted, const Attributes& attributes) {
  auto has = render_attributes(known);
  auto wants = render_attributes(wanted);
  for (const auto& [name, text] : attributes) {
    if (has[name] == wants[name]) continue;
    return Error{"QueueNameExists", cat("A queue already exists with the same name and a different value for attribute ", name)};
  }
  return Done{};
}

}  // namespace

Result<CreateQueueResult> create_queue(Tx& tx, const Caller& who, const CreateQueueRequest& in) {
  auto attributes = in.attributes.value_or(Attributes{});
  auto row = TRY(new_queue(tx, who, in.queue_name, attributes));
  CreateQueueResult out;
  out.queue_url = queue_url(who, in.queue_name);
  if (auto known = tx.find<QueueRow>(in.queue_name)) {
    TRY(check_same(*known, row, attributes));
    return out;
  }
  if (in.tags) TRY(add_tags(tx, row, *in.tags));
  tx.put(std::move(row));
  return out;
}

}  // namespace roadstead::sqs
