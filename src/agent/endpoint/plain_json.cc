#include "agent/endpoint/plain_json.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace roadstead {
namespace {

namespace json = boost::json;

void append(std::string& out, double number) {
  double size = std::abs(number);
  bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  // 1e21 has 21 digits; a small number has up to 17 of them behind six zeros.
  std::array<char, 64> digits{};
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size == 0 ? 0.0 : number,
                           plain ? std::chars_format::fixed : std::chars_format::scientific);
  out.append(digits.data(), end.ptr);
}

void append(std::string& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (out.back() != '{') out += ',';
      out += json::serialize(json::string(member.key()));
      out += ':';
      append(out, member.value());
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& element : *array) {
      if (&element != array->data()) out += ',';
      append(out, element);
    }
    out += ']';
  } else if (value.is_double() && std::isfinite(value.get_double())) {
    append(out, value.get_double());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string serialize_plain(const json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace roadstead
