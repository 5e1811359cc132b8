// Event patterns of EventBridge: which events a rule wants, as JSON of the same shape as the events.
//
// A member is either a pattern of its own or a list of alternatives: values, null, and matchers such as {"prefix":"a"},
// {"suffix"}, {"anything-but"}, {"numeric"}, {"exists"}, {"cidr"}, {"equals-ignore-case"}, {"wildcard"}. Members must all
// fit, alternatives one; "$or" holds patterns of which one must. A list in an event fits when one of its items does.
// Constant once parsed; any thread. Source: reference/neighbour-apis.md §7.11.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// One way in which a value can fit.
struct EventMatcher {
  struct Text {
    enum class Form : int { prefix, suffix, whole, wildcard };
    Form form = Form::whole;
    std::string text;
    bool ignore_case = false;
  };
  struct Exactly {
    boost::json::value value;
  };
  struct Exists {
    bool wanted = true;
  };
  struct Numeric {
    enum class Comparison : int { less, at_most, equal, at_least, more };
    std::vector<std::pair<Comparison, double>> bounds;
  };
  struct InNetwork {
    std::string address;  // 16 bytes; IPv4 as ::ffff:a.b.c.d
    int bits = 0;
  };
  struct AnythingBut {
    std::vector<EventMatcher> unwanted;
  };

  std::variant<Exactly, Text, Exists, Numeric, InNetwork, AnythingBut> test;
};

struct EventPattern {
  struct Member {
    std::string name;
    /// Exactly one of the two says what the member must be.
    std::vector<EventMatcher> alternatives;
    std::shared_ptr<const EventPattern> inner;
  };

  std::vector<Member> members;
  /// For each "$or" its patterns, one of which must fit.
  std::vector<std::vector<EventPattern>> choices;
};

/// Reads a pattern. Errors: InvalidEventPatternException "Event pattern is not valid. Reason: …".
Result<EventPattern> parse_event_pattern(std::string_view text);

/// Whether an event fits.
bool matches(const EventPattern& pattern, const boost::json::value& event);

}  // namespace roadstead
