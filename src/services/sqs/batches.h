// What all batches of SQS have in common: one to ten entries with different ids, and an outcome for each.
// Source: reference/neighbour-apis.md §7.12; SQS API Reference, SendMessageBatch.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/sqs/shapes/batch_result_error_entry.gen.h"
#include "base/result/result.h"
#include "base/text/text.h"

namespace roadstead::sqs {

inline constexpr std::size_t most_entries = 10;

/// Errors: EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct. `shape` is what
/// AWS calls an entry: "SendMessageBatchRequestEntry".
Status check_batch_ids(const std::vector<std::string>& ids, std::string_view shape);

template <class Entry>
Status check_batch(const std::vector<Entry>& entries, std::string_view shape) {
  std::vector<std::string> ids;
  ids.reserve(entries.size());
  for (const auto& entry : entries) ids.push_back(entry.id);
  return check_batch_ids(ids, shape);
}

/// An entry that failed.
BatchResultErrorEntry failed_entry(const std::string& id, const Error& why);

}  // namespace roadstead::sqs
