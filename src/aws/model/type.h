// What a shape looks like, told as constant data: its members, where they lie in the C++ struct, what they may hold.
//
// tools/smithyc writes one Type for each shape of the interface definitions in idl/, and a plain struct beside it. A
// codec (aws/wire) is then one function that walks a Type and an object, not code for each struct; validation,
// storage, redaction and random values for tests are such walks as well. Types are immutable and live for ever, so
// any thread may use them. This header stays light: it knows no protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roadstead {

struct Type;

/// How a value of a Type is held in C++.
enum class Kind : std::uint8_t {
  boolean,      // bool
  integer,      // std::int32_t
  long_integer,  // std::int64_t
  floating,     // double
  string,       // std::string
  blob,         // std::string of bytes
  timestamp,    // Instant
  document,     // std::string that holds JSON text
  enumeration,  // enum class : int, counting from 0
  list,         // std::vector<T>
  map,          // std::map<std::string, T>
  structure,    // struct; also unions
};

/// How a timestamp is written. `by_protocol` leaves it to the codec.
enum class TimestampFormat : std::uint8_t { by_protocol, epoch_seconds, date_time, http_date };

/// Where a member of a REST operation's input or output travels.
enum class Location : std::uint8_t { body, label, query, header, prefix_headers, status_code, payload };

/// The bounds of a value: its size for strings, blobs, lists and maps, the number itself for numbers.
/// `pattern` is Smithy's regular expression, matched anywhere in the text unless it is anchored.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view pattern = {};
};

/// What can be done to a std::optional<T> or std::shared_ptr<T> without knowing T.
struct OptionalOps {
  const void* (*get)(const void* optional);  // the value, or null when absent
  void* (*emplace)(void* optional);          // a default value, replacing what was there
  void (*reset)(void* optional);
};

/// What can be done to a std::vector<T> without knowing T.
struct ListOps {
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
  void* (*append)(void* list);  // a default value at the end; moves the others
  void (*clear)(void* list);
};

/// What can be done to a std::map<std::string, T> without knowing T.
struct MapOps {
  using Visit = void (*)(void* context, const std::string& key, const void* value);
  std::size_t (*size)(const void* map);
  void (*each)(const void* map, void* context, Visit visit);  // in the order of the keys
  const void* (*find)(const void* map, const std::string& key);  // null when absent
  void* (*emplace)(void* map, std::string_view key);          // the value of `key`, made when absent
  void (*clear)(void* map);
};

/// One member of a structure.
struct Member {
  std::string_view name;  // as the model writes it: "taskDefinitionArn"
  const Type* type = nullptr;
  std::uint32_t offset = 0;                // of the C++ member in its struct
  const OptionalOps* optional = nullptr;   // null when the C++ member is a plain value
  std::uint16_t id = 0;                    // the name on disk; 0 when it has none
  bool required = false;                   // by the model
  bool idempotency_token = false;          // a client fills it in by itself
  bool sensitive = false;                  // never logged; the type may be sensitive as well
  bool flattened = false;                  // XML and Query: a list without its wrapper
  bool xml_attribute = false;
  std::string_view json_name = {};  // when it differs from name
  std::string_view xml_name = {};   // when it differs from name
  std::string_view ec2_name = {};   // for EC2 Query requests, when it differs
  Location location = Location::body;
  std::string_view location_name = {};  // of the label, query parameter or header
  TimestampFormat timestamp_format = TimestampFormat::by_protocol;
  std::string_view label = {};  // how refusals speak of it, where AWS does not use its name

  /// The member's value in `object`, or null when it is absent. A plain member is never absent.
  const void* get(const void* object) const {
    const void* place = static_cast<const std::byte*>(object) + offset;
    return optional ? optional->get(place) : place;
  }

  /// The place of the member's value in `object`, which is made when it was absent.
  void* emplace(void* object) const {
    void* place = static_cast<std::byte*>(object) + offset;
    return optional ? optional->emplace(place) : place;
  }
};

/// A shape. Which members are set depends on `kind`.
struct Type {
  Kind kind;
  std::string_view name;                           // "RunTaskRequest", "String"
  const Limits* limits = nullptr;                  // null: anything
  std::span<const std::string_view> values = {};   // enumeration: the wire values, by enumerator
  std::span<const Member> members = {};            // structure: in the order of the model
  const Type* key = nullptr;                       // map: the shape of its keys, a string or an enumeration
  const Type* element = nullptr;                   // list, map
  const ListOps* list = nullptr;
  const MapOps* map = nullptr;
  std::string_view element_name = {};  // XML: the name of a list's items ("member") or of a map's values ("value")
  std::string_view key_name = {};      // XML: the name of a map's keys ("key")
  bool is_union = false;
  bool sensitive = false;
  bool stored_by_id = false;  // a row or a part of one: on disk its members go by their ids
  TimestampFormat timestamp_format = TimestampFormat::by_protocol;

  /// The member called `wanted` in the model, or null.
  const Member* find(std::string_view wanted) const {
    for (const Member& member : members) {
      if (member.name == wanted) return &member;
    }
    return nullptr;
  }
};

/// The description of a generated struct: `type_of<ecs::RunTaskRequest>()`. Specialised in the generated headers.
template <class T>
const Type& type_of();

/// The index of `text` among the wire values of an enumeration, or -1.
constexpr int index_of(std::span<const std::string_view> values, std::string_view text) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == text) return static_cast<int>(i);
  }
  return -1;
}

/// The wire value of an enumerator, or nothing for a number that is none.
constexpr std::string_view wire_value(std::span<const std::string_view> values, int index) {
  return index >= 0 && static_cast<std::size_t>(index) < values.size() ? values[static_cast<std::size_t>(index)]
                                                                       : std::string_view();
}

/// The enumerator whose wire value is `text`: `parse_enum<ecs::LaunchType>("EC2")`. Nothing when there is none.
template <class E>
std::optional<E> parse_enum(std::string_view text) {
  int index = index_of(values_of(E{}), text);
  if (index < 0) return std::nullopt;
  return static_cast<E>(index);
}

namespace prelude {

// The shapes that every model has.
extern const Type boolean;
extern const Type integer;
extern const Type long_integer;
extern const Type floating;
extern const Type string;
extern const Type blob;
extern const Type timestamp;
extern const Type document;
extern const Type unit;  // a structure without members: the input or output of an operation that has none

}  // namespace prelude

}  // namespace roadstead
