// Objects of any shape to JSON text and back, by walking their descriptions. The JSON protocols, the stored form of rows
// and the command line are thin wrappers around it.
//
// Reading never throws and never recurses deeper than `json_max_depth`; unknown members are passed over; null is absence.
// Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aws/model/service_model.h"
#include "aws/model/type.h"
#include "base/result/result.h"

namespace roadstead {

inline constexpr std::size_t json_max_depth = 64;

/// Texts longer than this are refused unread.
inline constexpr std::size_t json_max_size = std::size_t{8} << 20;

/// What differs between JSON on the wire and JSON on disk.
enum class JsonForm : int {
  wire,    // members by name, times in seconds
  stored,  // members of rows by id, times in microseconds, empty plain lists left out
};

/// Appends `object`, of `type`, to `out`.
void append_json(std::string& out, const Type& type, const void* object, JsonForm form = JsonForm::wire);

/// Fills `object`, a fresh object of `type`. With `refusals` a missing required member or an unknown enumerator is an
/// error; without, it is left as it was (what we stored ourselves, or an answer of a newer service).
Status parse_json(
    const Type& type, std::string_view text, void* object, const Refusals* refusals, JsonForm form = JsonForm::wire
);

/// `value` as JSON text by the names of its model.
template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, type_of<T>(), &value);
  return out;
}

/// Reads what to_json wrote, or an answer of a service: unknown members and enumerators are passed over.
template <class T>
Result<T> from_json(std::string_view text) {
  T value{};
  auto read = parse_json(type_of<T>(), text, &value, nullptr);
  if (!read) return std::move(read).error();
  return value;
}

}  // namespace roadstead
