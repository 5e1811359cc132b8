#include "api/json_match.h"

#include <boost/json.hpp>
#include <regex>

#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

std::string shown(const json::value& value) {
  auto text = json::serialize(value);
  constexpr std::size_t longest = 400;
  return text.size() > longest ? text.substr(0, longest) + "…" : text;
}

std::string told(const std::string& path, const std::string& expected, const std::string& got) {
  return cat(path.empty() ? "the document" : path, ": expected ", expected, ", got ", got);
}

std::string object_difference(const json::object& expected, const json::object& got, const std::string& path) {
  for (const auto& [key, wanted] : expected) {
    auto name = path.empty() ? std::string(key) : cat(path, '.', std::string_view(key));
    const auto* found = got.if_contains(key);
    bool wants_none = wanted.is_string() && wanted.as_string() == "<absent>";
    if (wants_none && found == nullptr) continue;
    if (wants_none) return told(name, "nothing", shown(*found));
    if (found == nullptr) return told(name, shown(wanted), "nothing");
    auto inner = difference(wanted, *found, name);
    if (!inner.empty()) return inner;
  }
  return {};
}

std::string array_difference(const json::array& expected, const json::array& got, const std::string& path) {
  bool more_may_follow = !expected.empty() && expected.back().is_string() && expected.back().as_string() == "...";
  auto wanted = expected.size() - (more_may_follow ? 1 : 0);
  bool fits = more_may_follow ? got.size() >= wanted : got.size() == wanted;
  if (!fits) {
    return told(
        path, cat(wanted, more_may_follow ? " or more elements" : " elements"), cat(got.size(), ": ", shown(got))
    );
  }
  for (std::size_t i = 0; i < wanted; ++i) {
    auto inner = difference(expected[i], got[i], cat(path, '[', i, ']'));
    if (!inner.empty()) return inner;
  }
  return {};
}

bool scalars_fit(const json::value& expected, const json::value& got) {
  if (expected.is_number() && got.is_number()) return expected.to_number<double>() == got.to_number<double>();
  if (got.is_string() && (expected.is_number() || expected.is_bool()))
    return json::serialize(expected) == got.as_string();
  return expected == got;
}

}  // namespace

std::string difference(const json::value& expected, const json::value& got, const std::string& path) {
  if (expected.is_string()) {
    std::string_view text(expected.as_string());
    if (text == "<any>") return {};
    if (text.starts_with('~')) {
      bool found =
          got.is_string() && std::regex_search(std::string(got.as_string()), std::regex(std::string(text.substr(1))));
      return found ? std::string() : told(path, shown(expected), shown(got));
    }
  }
  if (expected.is_object() && got.is_object()) return object_difference(expected.as_object(), got.as_object(), path);
  // XML has no word for an empty list: it is an empty element.
  if (expected.is_array() && expected.as_array().empty() && got == json::value("")) return {};
  if (expected.is_array() && got.is_array()) return array_difference(expected.as_array(), got.as_array(), path);
  return scalars_fit(expected, got) ? std::string() : told(path, shown(expected), shown(got));
}

}  // namespace roadstead
