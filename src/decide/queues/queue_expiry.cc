#include "decide/queues/queue_expiry.h"

#include <algorithm>
#include <vector>

#include "rows/rows.gen.h"

namespace roadstead {

namespace {

constexpr std::size_t most_a_run = 1000;
constexpr std::string_view after_all_times = ":";  // the character after '9'

/// Erases the rows of an index by time that have expired; gives when the first of those left will have.
template <class Index>
std::optional<Instant> erase_expired(Tx& tx, Index index) {
  using Row = typename IndexTraits<Index>::Row;
  std::vector<std::string> expired;
  std::optional<Instant> next;
  tx.for_each_between(index, "", after_all_times, [&](const Row& row) {
    if (*row.expires_at > tx.now() || expired.size() == most_a_run) {
      next = std::max(*row.expires_at, tx.now());
      return false;
    }
    expired.push_back(RowTraits<Row>::key(row));
    return true;
  });
  for (const auto& key : expired) tx.erase<Row>(key);
  return next;
}

}  // namespace

Result<std::optional<Instant>> reconcile_queue_expiry(Tx& tx, const std::string&) {
  auto message = erase_expired(tx, QueueMessageRowIndex::by_expiry);
  auto deduplication = erase_expired(tx, QueueDeduplicationRowIndex::by_expiry);
  if (!message || !deduplication) return message ? message : deduplication;
  return std::optional(std::min(*message, *deduplication));
}

}  // namespace roadstead
