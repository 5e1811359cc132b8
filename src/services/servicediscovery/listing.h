// Filters and pages of Cloud Map's lists. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.h"
#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

constexpr std::size_t default_page = 100;

/// Whether `text` is what a filter wants. EQ and IN: one of the values; BEGINS_WITH: it begins with one of them.
template <class Filter>
bool fits(const Filter& filter, std::string_view text) {
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    return filter.condition == FilterCondition::begins_with ? text.starts_with(value) : text == value;
  });
}

/// Refuses conditions that a filter does not have: BETWEEN but for UPDATE_DATE, two values for EQ, none at all.
template <class Filter>
Status check_condition(const Filter& filter, bool is_name = false, bool is_date = false) {
  auto name = to_string(filter.name);
  auto condition = filter.condition.value_or(FilterCondition::eq);
  if (filter.values.empty()) return invalid_input(cat("The filter ", name, " needs a value."));
  bool between = condition == FilterCondition::between;
  if (is_date && (!between || filter.values.size() != 2)) {
    return invalid_input(cat("The filter ", name, " takes the condition BETWEEN and two values, in seconds since 1970."));
  }
  if ((between && !is_date) || (condition == FilterCondition::begins_with && !is_name)) {
    return invalid_input(cat("The filter ", name, " does not take the condition ", to_string(condition), '.'));
  }
  if (condition == FilterCondition::eq && filter.values.size() > 1) {
    return invalid_input(cat("The filter ", name, " takes one value with the condition EQ. Use IN for more."));
  }
  return Done{};
}

/// A text that stands for filters, to which the token of a page is bound.
template <class Filters>
std::string text_of(const Filters& filters) {
  std::string text;
  if (!filters) return text;
  for (const auto& filter : *filters) {
    text += cat(to_string(filter.name), ' ', to_string(filter.condition.value_or(FilterCondition::eq)), '\n');
    for (const auto& value : filter.values) text += cat(value, '\n');
  }
  return text;
}

/// The page of `items`, ordered by `key`, that a request wants. Errors: InvalidInput for a token of another list.
template <class T, class Key, class Request>
Result<Page<T>> page_for(std::vector<T> items, Key key, const Request& in, std::string bound_to) {
  PageRequest wanted{.filters = std::move(bound_to), .token = in.next_token};
  wanted.size = in.max_results ? static_cast<std::size_t>(*in.max_results) : default_page;
  auto page = page_of(std::move(items), key, wanted);
  if (page) return *std::move(page);
  return invalid_input("The NextToken is not one of this list. Begin again without it.");
}

}  // namespace roadstead::servicediscovery
