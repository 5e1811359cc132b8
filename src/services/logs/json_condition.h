// The conditions of JSON filter patterns: { $.level = "error" && ($.status >= 500 || $.user NOT EXISTS) }. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result/result.h"

namespace roadstead::logs {

/// A step down into a document: a member's name, or an element's index.
using JsonStep = std::variant<std::string, std::size_t>;

enum class JsonTest : int { equal, not_equal, less, at_most, greater, at_least, is_null, is_true, is_false, not_exists };

/// `all` and `any` have parts; `test` looks at the value at `path`. A value is a number, or a text in which * stands for
/// anything.
struct JsonCondition {
  enum class Kind : int { all, any, test };

  Kind kind = Kind::test;
  std::vector<JsonCondition> parts = {};
  std::vector<JsonStep> path = {};
  JsonTest test = JsonTest::equal;
  std::variant<double, std::string> value = 0.0;
};

/// Reads a pattern with its braces. Errors: InvalidParameterException "Invalid filter pattern: …".
Result<std::shared_ptr<const JsonCondition>> parse_json_condition(std::string_view text);

/// Whether `message` is JSON for which the condition holds. Comparisons with what is not there, and those of size with
/// what is no number, do not hold.
bool holds(const JsonCondition& condition, std::string_view message);

/// Whether `text` fits `pattern`, in which * stands for any characters or none.
bool fits_wildcards(std::string_view pattern, std::string_view text);

}  // namespace roadstead::logs
