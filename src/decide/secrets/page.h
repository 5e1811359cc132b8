// A page of a listing whose items are in the order of unique keys. A token holds the last key of the page before, bound to
// the request's filters, so that it cannot be carried over to another listing; the item itself may have gone since. Pure.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {

/// What a listing is asked for.
struct PageRequest {
  /// Any text that stands for the request's other members.
  std::string filters;
  std::optional<std::string> token;
  std::size_t size = 50;
  bool descending = false;
};

template <class T>
struct Page {
  std::vector<T> items;
  /// Set when there is more.
  std::optional<std::string> next_token;
};

/// The page of `items` that is asked for; nothing when the token is not one of this listing. `key(item)` gives the
/// std::string that `items` are ordered by.
template <class T, class Key>
std::optional<Page<T>> page_of(std::vector<T> items, Key key, const PageRequest& request) {
  constexpr std::size_t fingerprint_size = 12;
  auto fingerprint = sha256_hex(request.filters).substr(0, fingerprint_size);
  auto first = items.begin();
  if (request.token && !request.token->empty()) {
    auto text = from_base64(*request.token);
    if (!text || !text->starts_with(fingerprint)) return std::nullopt;
    auto last_key = text->substr(fingerprint_size);
    first = std::ranges::find_if(items, [&](const T& item) {
      return request.descending ? key(item) < last_key : key(item) > last_key;
    });
  }
  Page<T> page;
  auto count = std::min(request.size, static_cast<std::size_t>(items.end() - first));
  auto last = first + static_cast<std::ptrdiff_t>(count);
  if (last != items.end() && count > 0) page.next_token = to_base64(cat(fingerprint, key(*(last - 1))));
  page.items.assign(std::make_move_iterator(first), std::make_move_iterator(last));
  return page;
}

}  // namespace roadstead
