// What all operations on scaling check alike, and the pages of their listings. Pure.
// Texts: reference/ecs-core.md §8.1.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/appautoscaling_enums.gen.h"
#include "base/result/result.h"

namespace roadstead::appautoscaling {

Error validation_error(std::string message);

/// Errors: ValidationException for anything but the desired count of an ECS service.
Status check_triple(ServiceNamespace space, const std::optional<std::string>& resource_id, const std::optional<ScalableDimension>& dimension);

/// ", resource ID: …, scalable dimension: …" behind "… service namespace: ecs", as AWS's sentences end.
std::string triple_text(const std::string& resource_id);

/// The size of a page. Errors: ValidationException outside 1..50.
Result<std::size_t> page_size(const std::optional<std::int32_t>& asked);

std::string page_token(const std::string& last_key);

/// The key after which a page begins; empty for the first. Errors: InvalidNextTokenException.
Result<std::string> page_start(const std::optional<std::string>& token);

/// One page of `items`, which are in the order of the listing; `key(item)` is unique. Sets `next` when there is more.
template <class T, class Key>
Result<std::vector<T>> page_of(std::vector<T> items, Key key, const std::optional<std::string>& token,
                               const std::optional<std::int32_t>& asked, std::optional<std::string>& next) {
  auto size = TRY(page_size(asked));
  auto start = TRY(page_start(token));
  auto first = items.begin();
  if (!start.empty()) {
    first = std::ranges::find_if(items, [&](const T& item) { return key(item) == start; });
    if (first == items.end()) return Error{"InvalidNextTokenException", "The specified next token is invalid."};
    ++first;
  }
  auto left = static_cast<std::size_t>(items.end() - first);
  auto last = first + static_cast<std::ptrdiff_t>(std::min(size, left));
  if (last != items.end()) next = page_token(key(*(last - 1)));
  return std::vector<T>(first, last);
}

}  // namespace roadstead::appautoscaling
