#include "services/logs/filter_pattern.h"

#include <algorithm>

#include "base/text/text.h"
#include "services/logs/json_condition.h"
#include "services/logs/names.h"

namespace roadstead::logs {

namespace {

Error invalid(std::string_view why) { return invalid_parameter(cat("Invalid filter pattern: ", why)); }

/// A phrase from its opening quote on, with \" and \\ undone. `rest` loses it.
Result<std::string> take_phrase(std::string_view& rest) {
  std::string phrase;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return phrase;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    phrase.push_back(rest[i]);
  }
  return invalid("a quotation mark is not closed.");
}

Result<std::string> take_term(std::string_view& rest) {
  if (rest.starts_with('"')) return take_phrase(rest);
  auto end = std::min(rest.find_first_of(" \t\n\""), rest.size());
  if (end == 0) return invalid("a term is missing after - or ?.");
  std::string term(rest.substr(0, end));
  rest.remove_prefix(end);
  return term;
}

bool has(std::string_view message, const std::string& term) { return message.find(term) != std::string_view::npos; }

}  // namespace

bool FilterPattern::matches(std::string_view message) const {
  auto in_message = [message](const std::string& term) { return has(message, term); };
  if (json_ != nullptr) return holds(*json_, message);
  if (required_.empty() && excluded_.empty()) return optional_.empty() || std::ranges::any_of(optional_, in_message);
  return std::ranges::all_of(required_, in_message) && std::ranges::none_of(excluded_, in_message);
}

Result<FilterPattern> parse_filter_pattern(std::string_view text) {
  FilterPattern pattern;
  auto rest = trim(text);
  if (rest.starts_with('{')) {
    pattern.json_ = TRY(parse_json_condition(rest));
    return pattern;
  }
  if (rest.starts_with('[')) return invalid("space-delimited patterns [a, b] are not supported.");
  while (!rest.empty()) {
    auto* terms = &pattern.required_;
    if (rest[0] == '-') terms = &pattern.excluded_;
    if (rest[0] == '?') terms = &pattern.optional_;
    if (terms != &pattern.required_) rest.remove_prefix(1);
    if (rest.starts_with('%')) return invalid("regular expressions %…% are not supported.");
    auto term = TRY(take_term(rest));
    if (!term.empty()) terms->push_back(std::move(term));
    rest = trim(rest);
  }
  return pattern;
}

}  // namespace roadstead::logs
