// Pages of a listing: tokens that say where the next page begins. A token is bound to the request's filters, so that it
// cannot be carried over to another listing. Source: reference/ecs-core.md §1.3. Pure.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead::ecs {

/// The token for a page that begins after `last_key`. `filters` is any text that stands for the request's other members.
std::string page_token(std::string_view filters, std::string_view last_key);

/// The key after which a page begins; empty for the first one. Errors: InvalidParameterException "Invalid token."
Result<std::string> page_start(std::string_view filters, const std::optional<std::string>& token);

/// The size of a page, from maxResults and its default. Errors: InvalidParameterException outside 1..100.
Result<std::size_t> page_size(const std::optional<std::int32_t>& asked, std::size_t otherwise);

/// One page of `items`, which are in the order of the listing; a page starts after the item that the token names.
/// `key(item)` is unique. Sets `next_token` when there is more.
template <class T, class Key>
Result<std::vector<T>> page_of(std::vector<T> items, Key key, std::string_view filters,
                               const std::optional<std::string>& token, std::size_t size,
                               std::optional<std::string>& next_token) {
  auto start = TRY(page_start(filters, token));
  auto first = items.begin();
  if (!start.empty()) {
    first = std::ranges::find_if(items, [&](const T& item) { return key(item) == start; });
    if (first == items.end()) return Error{"InvalidParameterException", "Invalid token."};
    ++first;
  }
  auto left = static_cast<std::size_t>(items.end() - first);
  auto last = first + static_cast<std::ptrdiff_t>(std::min(size, left));
  if (last != items.end()) next_token = page_token(filters, key(*(last - 1)));
  return std::vector<T>(std::make_move_iterator(first), std::make_move_iterator(last));
}

}  // namespace roadstead::ecs
