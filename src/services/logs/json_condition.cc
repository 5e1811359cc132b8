#include "services/logs/json_condition.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text/text.h"
#include "services/logs/names.h"

namespace roadstead::logs {

namespace {

namespace json = boost::json;

constexpr int deepest = 40;

Error invalid(std::string_view why) { return invalid_parameter(cat("Invalid filter pattern: ", why)); }

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// Recursive descent: or = and { "||" and }, and = part { "&&" part }, part = "(" or ")" | test.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<JsonCondition> parse() {
    if (!take("{")) return invalid("{ is missing.");
    auto condition = TRY(parse_any(0));
    if (!take("}")) return invalid("&&, || or } was expected.");
    if (!rest_.empty()) return invalid("something stands behind }.");
    return condition;
  }

 private:
  bool take(std::string_view symbol) {
    rest_ = trim(rest_);
    if (!rest_.starts_with(symbol)) return false;
    rest_ = trim(rest_.substr(symbol.size()));
    return true;
  }

  bool take_word(std::string_view word) {
    rest_ = trim(rest_);
    if (!equal_ignoring_case(rest_.substr(0, word.size()), word)) return false;
    rest_ = trim(rest_.substr(word.size()));
    return true;
  }

  Result<JsonCondition> parse_any(int depth) { return parse_list(depth, JsonCondition::Kind::any); }

  Result<JsonCondition> parse_list(int depth, JsonCondition::Kind kind) {
    bool any = kind == JsonCondition::Kind::any;
    JsonCondition list{.kind = kind};
    do {
      list.parts.push_back(TRY(any ? parse_list(depth, JsonCondition::Kind::all) : parse_part(depth)));
    } while (take(any ? "||" : "&&"));
    if (list.parts.size() > 1) return list;
    auto only = std::move(list.parts.front());
    return only;
  }

  Result<JsonCondition> parse_part(int depth) {
    if (depth > deepest) return invalid("it is nested too deeply.");
    if (!take("(")) return parse_test();
    auto inner = TRY(parse_any(depth + 1));
    if (!take(")")) return invalid(") is missing.");
    return inner;
  }

  Result<JsonCondition> parse_test() {
    JsonCondition condition;
    condition.path = TRY(parse_path());
    if (take_word("NOT EXISTS")) {
      condition.test = JsonTest::not_exists;
      return condition;
    }
    if (take_word("IS ")) return parse_is(std::move(condition));
    condition.test = TRY(parse_operator());
    auto [text, quoted] = TRY(parse_value());
    auto number = quoted ? std::nullopt : number_in(text);
    if (number) {
      condition.value = *number;
    } else {
      condition.value = std::move(text);
    }
    bool of_size = condition.test != JsonTest::equal && condition.test != JsonTest::not_equal;
    if (of_size && !number) return invalid("<, >, <= and >= need a number.");
    return condition;
  }

  Result<JsonCondition> parse_is(JsonCondition condition) {
    if (take_word("NULL")) {
      condition.test = JsonTest::is_null;
    } else if (take_word("TRUE")) {
      condition.test = JsonTest::is_true;
    } else if (take_word("FALSE")) {
      condition.test = JsonTest::is_false;
    } else {
      return invalid("IS needs NULL, TRUE or FALSE.");
    }
    return condition;
  }

  Result<JsonTest> parse_operator() {
    static constexpr std::array<std::pair<std::string_view, JsonTest>, 6> operators{{
        {"!=", JsonTest::not_equal}, {"<=", JsonTest::at_most}, {">=", JsonTest::at_least},
        {"=", JsonTest::equal},      {"<", JsonTest::less},     {">", JsonTest::greater},
    }};
    for (const auto& [symbol, test] : operators) {
      if (take(symbol)) return test;
    }
    return invalid("one of =, !=, <, >, <=, >=, IS, NOT EXISTS was expected.");
  }

  Result<std::string> parse_quoted() {
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      text.push_back(rest_[i]);
    }
    return invalid("a quotation mark is not closed.");
  }

  Result<std::pair<std::string, bool>> parse_value() {
    if (rest_.starts_with('%')) return invalid("regular expressions %…% are not supported.");
    if (rest_.starts_with('"')) return std::pair(TRY(parse_quoted()), true);
    auto end = std::min(rest_.find_first_of(" \t\n()&|}"), rest_.size());
    if (end == 0) return invalid("a value is missing.");
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return std::pair(std::move(text), false);
  }

  Result<std::vector<JsonStep>> parse_path() {
    if (!rest_.starts_with('$')) return invalid("a selector such as $.level was expected.");
    rest_.remove_prefix(1);
    std::vector<JsonStep> path;
    while (rest_.starts_with('.') || rest_.starts_with('[')) {
      path.push_back(TRY(rest_.starts_with('.') ? parse_member() : parse_bracket()));
    }
    if (path.empty()) return invalid("a selector such as $.level was expected.");
    return path;
  }

  Result<JsonStep> parse_member() {
    rest_.remove_prefix(1);
    auto end = std::min(rest_.find_first_of(" \t\n.[]()=!<>&|{}\""), rest_.size());
    if (end == 0) return invalid("a member's name is missing in a selector.");
    JsonStep step = std::string(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return step;
  }

  Result<JsonStep> parse_bracket() {
    rest_.remove_prefix(1);
    JsonStep step;
    if (rest_.starts_with('"')) {
      step = TRY(parse_quoted());
    } else {
      auto end = std::min(rest_.find(']'), rest_.size());
      auto index = to_number<std::size_t>(rest_.substr(0, end));
      if (!index) return invalid("brackets in a selector need a number or a quoted name.");
      step = *index;
      rest_.remove_prefix(end);
    }
    if (!rest_.starts_with(']')) return invalid("] is missing in a selector.");
    rest_.remove_prefix(1);
    return step;
  }

  std::string_view rest_;
};

const json::value* find_value(const json::value& document, const std::vector<JsonStep>& path) {
  const json::value* at = &document;
  for (const auto& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      at = at->is_object() ? at->as_object().if_contains(*name) : nullptr;
    } else {
      at = at->is_array() ? at->as_array().if_contains(std::get<std::size_t>(step)) : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<double> number_of(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

bool compare(JsonTest test, double found, double wanted) {
  switch (test) {
    case JsonTest::less:
      return found < wanted;
    case JsonTest::at_most:
      return found <= wanted;
    case JsonTest::greater:
      return found > wanted;
    case JsonTest::at_least:
      return found >= wanted;
    default:
      return found == wanted;
  }
}

bool equals(const json::value& found, const JsonCondition& condition) {
  if (const auto* wanted = std::get_if<double>(&condition.value)) return number_of(found) == *wanted;
  const auto& wanted = std::get<std::string>(condition.value);
  if (found.is_string()) return fits_wildcards(wanted, std::string_view(found.as_string()));
  return (found.is_number() || found.is_bool()) && fits_wildcards(wanted, json::serialize(found));
}

bool test_holds(const JsonCondition& condition, const json::value& document) {
  const auto* found = find_value(document, condition.path);
  if (condition.test == JsonTest::not_exists) return found == nullptr;
  if (found == nullptr) return false;
  switch (condition.test) {
    case JsonTest::is_null:
      return found->is_null();
    case JsonTest::is_true:
      return found->is_bool() && found->as_bool();
    case JsonTest::is_false:
      return found->is_bool() && !found->as_bool();
    case JsonTest::equal:
      return equals(*found, condition);
    case JsonTest::not_equal:
      return !equals(*found, condition);
    default: {
      auto number = number_of(*found);
      return number && compare(condition.test, *number, std::get<double>(condition.value));
    }
  }
}

bool holds_for(const JsonCondition& condition, const json::value& document) {
  auto part_holds = [&](const JsonCondition& part) { return holds_for(part, document); };
  if (condition.kind == JsonCondition::Kind::all) return std::ranges::all_of(condition.parts, part_holds);
  if (condition.kind == JsonCondition::Kind::any) return std::ranges::any_of(condition.parts, part_holds);
  return test_holds(condition, document);
}

}  // namespace

bool fits_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  auto star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::shared_ptr<const JsonCondition>> parse_json_condition(std::string_view text) {
  auto condition = TRY(Parser(text).parse());
  return std::shared_ptr<const JsonCondition>(std::make_shared<JsonCondition>(std::move(condition)));
}

bool holds(const JsonCondition& condition, std::string_view message) {
  if (!trim(message).starts_with('{') && !trim(message).starts_with('[')) return false;
  boost::system::error_code problem;
  auto document = json::parse(json::string_view(message.data(), message.size()), problem);
  return !problem && holds_for(condition, document);
}

}  // namespace roadstead::logs
