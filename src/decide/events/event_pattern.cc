#include "decide/events/event_pattern.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "base/text/text.h"

namespace roadstead {

namespace json = boost::json;

namespace {

constexpr int deepest = 32;
constexpr std::size_t address_size = 16;

Error invalid(std::string_view why) {
  return {"InvalidEventPatternException", cat("Event pattern is not valid. Reason: ", why)};
}

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

// ── addresses ──

std::optional<std::string> parse_v4(std::string_view text) {
  auto pieces = split(text, '.');
  if (pieces.size() != 4) return std::nullopt;
  std::string out(10, '\0');
  out += "\xff\xff";
  for (auto piece : pieces) {
    auto number = to_number<int>(piece);
    if (!number || *number < 0 || *number > 255 || piece.size() > 3) return std::nullopt;
    out.push_back(static_cast<char>(*number));
  }
  return out;
}

std::optional<int> hex_group(std::string_view text) {
  int number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  bool fits = problem == std::errc{} && end == text.data() + text.size() && !text.empty() && text.size() <= 4 && number >= 0;
  return fits ? std::optional(number) : std::nullopt;
}

/// The groups on one side of "::"; none for an empty side.
std::optional<std::string> v6_side(std::string_view text) {
  std::string out;
  if (text.empty()) return out;
  for (auto piece : split(text, ':')) {
    auto group = hex_group(piece);
    if (!group) return std::nullopt;
    out.push_back(static_cast<char>(*group >> 8));
    out.push_back(static_cast<char>(*group & 0xff));
  }
  return out;
}

std::optional<std::string> parse_address(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return parse_v4(text);
  auto gap = text.find("::");
  auto front = v6_side(text.substr(0, gap));
  if (!front) return std::nullopt;
  if (gap == std::string_view::npos) return front->size() == address_size ? front : std::nullopt;
  auto back = v6_side(text.substr(gap + 2));
  if (!back || front->size() + back->size() >= address_size) return std::nullopt;
  return cat(*front, std::string(address_size - front->size() - back->size(), '\0'), *back);
}

Result<EventMatcher> parse_network(std::string_view text) {
  auto slash = text.find('/');
  auto address = parse_address(text.substr(0, slash));
  auto bits = slash == std::string_view::npos ? std::nullopt : to_number<int>(text.substr(slash + 1));
  bool v4 = text.find(':') == std::string_view::npos;
  if (!address || !bits || *bits < 0 || *bits > (v4 ? 32 : 128)) return invalid("Malformed CIDR, one '/' required");
  return EventMatcher{EventMatcher::InNetwork{*std::move(address), *bits + (v4 ? 96 : 0)}};
}

bool in_network(const EventMatcher::InNetwork& network, std::string_view text) {
  auto address = parse_address(text);
  if (!address) return false;
  auto whole = static_cast<std::size_t>(network.bits / 8);
  if (address->substr(0, whole) != network.address.substr(0, whole)) return false;
  int rest = network.bits % 8;
  if (rest == 0) return true;
  auto byte = [&](const std::string& bytes) { return static_cast<unsigned char>(bytes[whole]) >> (8 - rest); };
  return byte(*address) == byte(network.address);
}

// ── reading ──

using Text = EventMatcher::Text;

Result<EventMatcher> parse_text(std::string_view name, Text::Form form, const json::value& value) {
  bool nested = value.is_object() && value.get_object().size() == 1 && value.get_object().begin()->key() == "equals-ignore-case" &&
                form != Text::Form::wildcard && form != Text::Form::whole;
  const auto& text = nested ? value.get_object().begin()->value() : value;
  if (!text.is_string()) return invalid(cat(name, " match pattern must be a string"));
  auto given = std::string(view(text.get_string()));
  if (given.empty() && form != Text::Form::whole) return invalid("Null prefix/suffix not allowed");
  if (form == Text::Form::wildcard && given.find("**") != std::string::npos) {
    return invalid("Consecutive wildcard characters are not allowed");
  }
  return EventMatcher{Text{form, std::move(given), nested || name == "equals-ignore-case"}};
}

Result<EventMatcher> parse_numeric(const json::value& value) {
  using Comparison = EventMatcher::Numeric::Comparison;
  constexpr std::array<std::pair<std::string_view, Comparison>, 5> comparisons = {{
      {"<", Comparison::less}, {"<=", Comparison::at_most}, {"=", Comparison::equal}, {">=", Comparison::at_least}, {">", Comparison::more},
  }};
  if (!value.is_array()) return invalid("Value of numeric must be an array.");
  const auto& items = value.get_array();
  if (items.empty() || items.size() % 2 != 0 || items.size() > 4) return invalid("Invalid numeric match: operators and numbers in turn");
  EventMatcher::Numeric out;
  for (std::size_t index = 0; index < items.size(); index += 2) {
    if (!items[index].is_string()) return invalid("Invalid member in numeric match: an operator must be a string");
    auto word = view(items[index].get_string());
    const auto* found = std::ranges::find(comparisons, word, [](const auto& pair) { return pair.first; });
    if (found == comparisons.end()) return invalid(cat("Unrecognized numeric range operator: ", word));
    if (!items[index + 1].is_number()) return invalid("Value of numeric operators must be numeric");
    out.bounds.emplace_back(found->second, items[index + 1].to_number<double>());
  }
  return EventMatcher{std::move(out)};
}

Result<EventMatcher> parse_alternative(const json::value& value);

/// What "anything-but" excludes: a value, a list of values, or {"prefix":…} and its like with a value or a list.
Result<EventMatcher> parse_anything_but(const json::value& value) {
  EventMatcher::AnythingBut out;
  auto add = [&](const json::value& unwanted) -> Status {
    if (unwanted.is_array() || unwanted.is_null()) return invalid("Inside anything but list, start|null|boolean is not supported.");
    out.unwanted.push_back(TRY(parse_alternative(unwanted)));
    return Done{};
  };
  if (value.is_array()) {
    if (value.get_array().empty()) return invalid("Empty arrays are not allowed");
    for (const auto& item : value.get_array()) {
      if (item.is_object()) return invalid("Inside anything but list, start|null|boolean is not supported.");
      TRY(add(item));
    }
  } else if (value.is_object() && value.get_object().size() == 1) {
    const auto& [name, inner] = *value.get_object().begin();
    if (name != "prefix" && name != "suffix" && name != "equals-ignore-case" && name != "wildcard") {
      return invalid(cat("Unsupported anything-but pattern: ", view(name)));
    }
    if (!inner.is_array()) {
      TRY(add(value));
    } else {
      for (const auto& item : inner.get_array()) TRY(add(json::object{{name, item}}));
    }
    if (out.unwanted.empty()) return invalid("Empty arrays are not allowed");
  } else {
    TRY(add(value));
  }
  return EventMatcher{std::move(out)};
}

Result<EventMatcher> parse_matcher(const json::object& object) {
  if (object.size() != 1) return invalid("Only one key allowed in match expression");
  auto name = view(object.begin()->key());
  const auto& value = object.begin()->value();
  if (name == "prefix") return parse_text(name, Text::Form::prefix, value);
  if (name == "suffix") return parse_text(name, Text::Form::suffix, value);
  if (name == "equals-ignore-case") return parse_text(name, Text::Form::whole, value);
  if (name == "wildcard") return parse_text(name, Text::Form::wildcard, value);
  if (name == "numeric") return parse_numeric(value);
  if (name == "anything-but") return parse_anything_but(value);
  if (name == "exists") {
    if (!value.is_bool()) return invalid("exists match pattern must be either true or false.");
    return EventMatcher{EventMatcher::Exists{value.get_bool()}};
  }
  if (name == "cidr") {
    if (!value.is_string()) return invalid("cidr match pattern must be a string");
    return parse_network(view(value.get_string()));
  }
  return invalid(cat("Unrecognized match type ", name));
}

Result<EventMatcher> parse_alternative(const json::value& value) {
  if (value.is_object()) return parse_matcher(value.get_object());
  if (value.is_array()) return invalid("Match value must be String, number, true, false, or null");
  return EventMatcher{EventMatcher::Exactly{value}};
}

Result<EventPattern> parse_object(const json::object& object, int depth);

Status parse_choices(const json::value& value, int depth, EventPattern& out) {
  if (!value.is_array() || value.get_array().size() < 2) return invalid("\"$or\" must be an array of at least two patterns");
  auto& choices = out.choices.emplace_back();
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return invalid("\"$or\" must be an array of objects");
    choices.push_back(TRY(parse_object(item.get_object(), depth + 1)));
  }
  return Done{};
}

Result<EventPattern> parse_object(const json::object& object, int depth) {
  if (depth > deepest) return invalid("Event pattern is nested too deeply");
  if (object.empty()) return invalid("Empty objects are not allowed");
  EventPattern out;
  for (const auto& item : object) {
    auto name = view(item.key());
    const auto& value = item.value();
    if (name == "$or") {
      TRY(parse_choices(value, depth, out));
      continue;
    }
    EventPattern::Member member{.name = std::string(name), .alternatives = {}, .inner = {}};
    if (value.is_object()) {
      member.inner = std::make_shared<const EventPattern>(TRY(parse_object(value.get_object(), depth + 1)));
    } else if (!value.is_array()) {
      return invalid(cat('"', name, "\" must be an object or an array"));
    } else {
      if (value.get_array().empty()) return invalid("Empty arrays are not allowed");
      for (const auto& one : value.get_array()) member.alternatives.push_back(TRY(parse_alternative(one)));
    }
    out.members.push_back(std::move(member));
  }
  return out;
}

// ── matching ──

bool fits_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  // A backslash makes the next character an ordinary one.
  while (t < text.size()) {
    bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (!escaped && p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[escaped ? p + 1 : p] == text[t]) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool fits(const Text& wanted, std::string_view text) {
  auto equal = [&](std::string_view part) { return wanted.ignore_case ? equal_ignoring_case(part, wanted.text) : part == wanted.text; };
  if (wanted.form == Text::Form::whole) return equal(text);
  if (wanted.form == Text::Form::wildcard) return fits_wildcard(wanted.text, text);
  if (text.size() < wanted.text.size()) return false;
  bool prefix = wanted.form == Text::Form::prefix;
  return equal(prefix ? text.substr(0, wanted.text.size()) : text.substr(text.size() - wanted.text.size()));
}

bool fits(const EventMatcher::Numeric& numeric, double number) {
  using Comparison = EventMatcher::Numeric::Comparison;
  return std::ranges::all_of(numeric.bounds, [&](const auto& bound) {
    switch (bound.first) {
      case Comparison::less:
        return number < bound.second;
      case Comparison::at_most:
        return number <= bound.second;
      case Comparison::equal:
        return number == bound.second;
      case Comparison::at_least:
        return number >= bound.second;
      case Comparison::more:
        return number > bound.second;
    }
    return false;
  });
}

bool same_scalar(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

/// Whether one value of an event, not a list, fits.
bool fits(const EventMatcher& matcher, const json::value& value) {
  if (const auto* exactly = std::get_if<EventMatcher::Exactly>(&matcher.test)) return same_scalar(exactly->value, value);
  if (const auto* exists = std::get_if<EventMatcher::Exists>(&matcher.test)) return exists->wanted && !value.is_object();
  if (const auto* numeric = std::get_if<EventMatcher::Numeric>(&matcher.test)) {
    return value.is_number() && fits(*numeric, value.to_number<double>());
  }
  if (const auto* but = std::get_if<EventMatcher::AnythingBut>(&matcher.test)) {
    return !value.is_object() && std::ranges::none_of(but->unwanted, [&](const EventMatcher& unwanted) { return fits(unwanted, value); });
  }
  if (!value.is_string()) return false;
  auto text = view(value.get_string());
  if (const auto* network = std::get_if<EventMatcher::InNetwork>(&matcher.test)) return in_network(*network, text);
  return fits(std::get<Text>(matcher.test), text);
}

bool is_absence(const EventMatcher& matcher) {
  const auto* exists = std::get_if<EventMatcher::Exists>(&matcher.test);
  return exists != nullptr && !exists->wanted;
}

bool member_fits(const EventPattern::Member& member, const json::value* value);

bool any_item_fits(const EventPattern::Member& member, const json::array& items) {
  return std::ranges::any_of(items, [&](const json::value& item) { return member_fits(member, &item); });
}

bool member_fits(const EventPattern::Member& member, const json::value* value) {
  bool empty = value == nullptr || (value->is_array() && value->get_array().empty());
  if (member.inner) {
    if (value != nullptr && value->is_array()) return any_item_fits(member, value->get_array());
    return matches(*member.inner, value == nullptr || !value->is_object() ? json::value(json::object()) : *value);
  }
  if (empty) return std::ranges::any_of(member.alternatives, is_absence);
  if (value->is_array()) return any_item_fits(member, value->get_array());
  return std::ranges::any_of(member.alternatives, [&](const EventMatcher& matcher) { return fits(matcher, *value); });
}

}  // namespace

Result<EventPattern> parse_event_pattern(std::string_view text) {
  json::error_code problem;
  auto document = json::parse({text.data(), text.size()}, problem);
  if (problem) return invalid("Invalid JSON");
  if (!document.is_object()) return invalid("Filter is not an object");
  return parse_object(document.get_object(), 0);
}

bool matches(const EventPattern& pattern, const json::value& event) {
  if (!event.is_object()) return false;
  const auto& object = event.get_object();
  auto member_is_right = [&](const EventPattern::Member& member) { return member_fits(member, object.if_contains(member.name)); };
  if (!std::ranges::all_of(pattern.members, member_is_right)) return false;
  return std::ranges::all_of(pattern.choices, [&](const std::vector<EventPattern>& choices) {
    return std::ranges::any_of(choices, [&](const EventPattern& choice) { return matches(choice, event); });
  });
}

}  // namespace roadstead
