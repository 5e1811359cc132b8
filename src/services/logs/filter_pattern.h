// Filter patterns of FilterLogEvents: which messages are wanted. Pure; a pattern is immutable, any thread.
//
//   ERROR "disk full" -retry      all terms are in the message, as they are written, and none of the excluded
//   ?ERROR ?WARN                  any of them is; beside other terms, optional ones count for nothing, as with AWS
//   { ($.level = "err*") && $.status >= 500 || $.user NOT EXISTS || $.ok IS FALSE }     of messages that are JSON
//
// A term is found anywhere in a message, also within a word. Not done, and refused: [space, delimited] and %regex% patterns.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead::logs {

struct JsonCondition;

class FilterPattern {
 public:
  bool matches(std::string_view message) const;

  /// Whether there is nothing to look at.
  bool matches_all() const { return json_ == nullptr && required_.empty() && excluded_.empty() && optional_.empty(); }

 private:
  friend Result<FilterPattern> parse_filter_pattern(std::string_view text);

  std::vector<std::string> required_;
  std::vector<std::string> excluded_;
  std::vector<std::string> optional_;
  std::shared_ptr<const JsonCondition> json_;
};

/// Errors: InvalidParameterException "Invalid filter pattern: …", which says what is wrong.
Result<FilterPattern> parse_filter_pattern(std::string_view text);

}  // namespace roadstead::logs
