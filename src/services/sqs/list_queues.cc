#include "decide/secrets/page.h"
#include "services/sqs/names.h"
#include "services/sqs/operations.h"

namespace roadstead::sqs {

namespace {

constexpr std::int32_t most_queues = 1000;

/// Names as a page of URLs; only who says how many he wants gets a token for the others.
Result<Page<std::string>> page_of_names(
    std::vector<std::string> names, const std::string& filters, const std::optional<std::string>& token, const std::optional<std::int32_t>& most
) {
  if (most && (*most < 1 || *most > most_queues)) {
    return invalid_parameter(*most, "MaxResults", "Value for parameter MaxResults must be between 1 and 1000.");
  }
  PageRequest wanted{.filters = filters, .token = token, .size = static_cast<std::size_t>(most.value_or(most_queues))};
  auto page = page_of(std::move(names), [](const std::string& name) { return name; }, wanted);
  if (!page) return invalid_value("Invalid or expired next token. Use the NextToken of the page before, with the same request.");
  if (!most) page->next_token.reset();
  return *std::move(page);
}

std::vector<std::string> urls_of(const Caller& who, const std::vector<std::string>& names) {
  std::vector<std::string> urls;
  urls.reserve(names.size());
  for (const auto& name : names) urls.push_back(queue_url(who, name));
  return urls;
}

}  // namespace

Result<ListQueuesResult> list_queues(Tx& tx, const Caller& who, const ListQueuesRequest& in) {
  auto prefix = in.queue_name_prefix.value_or("");
  std::vector<std::string> names;
  tx.for_each<QueueRow>([&](const QueueRow& row) {
    if (row.queue_name.starts_with(prefix)) names.push_back(row.queue_name);
  });
  auto page = TRY(page_of_names(std::move(names), cat("queues ", prefix), in.next_token, in.max_results));
  ListQueuesResult out;
  if (!page.items.empty()) out.queue_urls = urls_of(who, page.items);
  out.next_token = page.next_token;
  return out;
}

Result<ListDeadLetterSourceQueuesResult> list_dead_letter_source_queues(
    Tx& tx, const Caller& who, const ListDeadLetterSourceQueuesRequest& in
) {
  auto queue = TRY(find_queue(tx, who, in.queue_url));
  std::vector<std::string> names;
  tx.for_each<QueueRow>([&](const QueueRow& row) {
    if (row.dead_letter_target_arn == queue->queue_arn) names.push_back(row.queue_name);
  });
  auto page = TRY(page_of_names(std::move(names), cat("sources ", queue->queue_arn), in.next_token, in.max_results));
  ListDeadLetterSourceQueuesResult out;
  out.queue_urls = urls_of(who, page.items);
  out.next_token = page.next_token;
  return out;
}

}  // namespace roadstead::sqs
