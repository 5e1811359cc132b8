#include <boost/json.hpp>
#include <charconv>
#include <cstring>

#include "aws/wire/json.h"
#include "aws/wire/refusal.h"
#include "aws/wire/scalar.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "base/time/time.h"

namespace roadstead {

namespace json = boost::json;

namespace {

constexpr Refusals our_own{.invalid = "InvalidDocument", .malformed = "InvalidDocument"};

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

/// AWS's word for what was found.
std::string_view token_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return "STRING_VALUE";
    case json::kind::bool_:
      return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::kind::null:
      return "NULL_VALUE";
    case json::kind::object:
      return "START_OBJECT";
    case json::kind::array:
      return "START_ARRAY";
    default:
      return "NUMBER_VALUE";
  }
}

std::string_view wanted_of(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "Boolean";
    case Kind::integer:
      return "Integer";
    case Kind::long_integer:
      return "Long";
    case Kind::floating:
      return "Double";
    case Kind::blob:
      return "Blob";
    case Kind::timestamp:
      return "Timestamp";
    default:
      return "String";
  }
}

/// A whole number, also one written as 5.0.
std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_double()) return std::nullopt;
  double number = value.get_double();
  if (!(number >= -9e15 && number <= 9e15)) return std::nullopt;
  auto whole = static_cast<std::int64_t>(number);
  if (static_cast<double>(whole) != number) return std::nullopt;
  return whole;
}

class Reader {
 public:
  Reader(const Refusals* refusals, JsonForm form)
      : strict_(refusals != nullptr), refusals_(refusals ? *refusals : our_own), form_(form) {}

  Status read(const Type& type, const json::value& in, void* out, const Path& path) {
    switch (type.kind) {
      case Kind::structure:
        return read_structure(type, in, out, path);
      case Kind::list:
        return read_list(type, in, out, path);
      case Kind::map:
        return read_map(type, in, out, path);
      case Kind::enumeration:
        return read_enumeration(type, in, out, path);
      case Kind::document:
        *static_cast<std::string*>(out) = json::serialize(in);
        return Done{};
      default:
        if (!read_scalar(type, in, out)) return wrong_type(type, in);
        return Done{};
    }
  }

 private:
  Error wrong_type(const Type& type, const json::value& in) const {
    if (type.kind == Kind::list) return malformed(refusals_, "Expected list or null");
    if (type.kind == Kind::map) return malformed(refusals_, "Expected map or null");
    if (type.kind == Kind::structure) return malformed(refusals_, "Expected structure or null");
    if (in.is_object()) return malformed(refusals_, "Start of structure or map found where not expected.");
    if (in.is_array()) return malformed(refusals_, "Start of list found where not expected.");
    std::string_view wanted = wanted_of(type.kind);
    return malformed(
        refusals_, cat(token_of(in), " can not be converted to ", type.kind == Kind::integer ? "an " : "a ", wanted)
    );
  }

  bool read_scalar(const Type& type, const json::value& in, void* out) const {
    switch (type.kind) {
      case Kind::boolean:
        if (!in.is_bool()) return false;
        *static_cast<bool*>(out) = in.get_bool();
        return true;
      case Kind::integer:
      case Kind::long_integer:
        return read_integer(type.kind, in, out);
      case Kind::floating:
        if (in.is_string()) return scalar_from_text(type, view(in.get_string()), out);
        if (!in.is_number()) return false;
        *static_cast<double*>(out) = in.to_number<double>();
        return true;
      case Kind::string:
        if (!in.is_string()) return false;
        static_cast<std::string*>(out)->assign(view(in.get_string()));
        return true;
      case Kind::blob:
        return in.is_string() && scalar_from_text(type, view(in.get_string()), out);
      default:
        return read_time(type, in, out);
    }
  }

  static bool read_integer(Kind kind, const json::value& in, void* out) {
    auto number = whole_number(in);
    if (!number) return false;
    if (kind == Kind::long_integer) {
      *static_cast<std::int64_t*>(out) = *number;
      return true;
    }
    if (*number < std::numeric_limits<std::int32_t>::min() || *number > std::numeric_limits<std::int32_t>::max()) {
      return false;
    }
    *static_cast<std::int32_t*>(out) = static_cast<std::int32_t>(*number);
    return true;
  }

  bool read_time(const Type& type, const json::value& in, void* out) const {
    if (form_ == JsonForm::stored) {
      if (!in.is_int64()) return false;
      *static_cast<Instant*>(out) = Instant{in.get_int64()};
      return true;
    }
    if (in.is_string()) return scalar_from_text(type, view(in.get_string()), out);
    if (!in.is_number()) return false;
    auto at = instant_from_seconds(in.to_number<double>());
    if (at) *static_cast<Instant*>(out) = *at;
    return at.has_value();
  }

  Status read_enumeration(const Type& type, const json::value& in, void* out, const Path& path) const {
    if (!in.is_string()) return wrong_type(type, in);
    std::string_view text = view(in.get_string());
    int index = index_of(type.values, text);
    if (index < 0) return not_one_of(refusals_, path, type, text);
    std::memcpy(out, &index, sizeof index);
    return Done{};
  }

  Status read_list(const Type& type, const json::value& in, void* out, const Path& path) {
    if (!in.is_array()) return wrong_type(type, in);
    type.list->clear(out);
    std::size_t index = 0;
    for (const json::value& item : in.get_array()) {
      Path here{.parent = &path, .index = index++};
      if (item.is_null() || skips(*type.element, item)) continue;
      TRY(read(*type.element, item, type.list->append(out), here));
    }
    return Done{};
  }

  Status read_map(const Type& type, const json::value& in, void* out, const Path& path) {
    if (!in.is_object()) return wrong_type(type, in);
    type.map->clear(out);
    for (const auto& item : in.get_object()) {
      std::string_view key = view(item.key());
      Path here{.parent = &path, .key = key};
      if (item.value().is_null() || skips(*type.element, item.value())) continue;
      if (strict_ && type.key && type.key->kind == Kind::enumeration && index_of(type.key->values, key) < 0) {
        return not_one_of(refusals_, path, *type.key, key);
      }
      TRY(read(*type.element, item.value(), type.map->emplace(out, key), here));
    }
    return Done{};
  }

  /// Whether a lenient reader passes over a value: an enumerator that it does not know.
  bool skips(const Type& type, const json::value& in) const {
    return !strict_ && type.kind == Kind::enumeration && in.is_string() &&
           index_of(type.values, view(in.get_string())) < 0;
  }

  const Member* find_member(const Type& type, std::string_view key) const {
    if (form_ == JsonForm::stored && type.stored_by_id) {
      auto id = to_number<std::uint16_t>(key);
      if (!id) return nullptr;
      if (*id >= 1 && *id <= type.members.size() && type.members[*id - 1u].id == *id) return &type.members[*id - 1u];
      for (const Member& member : type.members) {
        if (member.id == *id) return &member;
      }
      return nullptr;
    }
    for (const Member& member : type.members) {
      if (key == (member.json_name.empty() ? member.name : member.json_name)) return &member;
    }
    return nullptr;
  }

  Status read_structure(const Type& type, const json::value& in, void* out, const Path& path) {
    if (!in.is_object()) return wrong_type(type, in);
    const json::object& object = in.get_object();
    for (const auto& item : object) {
      const Member* member = find_member(type, view(item.key()));
      if (member == nullptr || item.value().is_null() || skips(*member->type, item.value())) continue;
      Path here{.parent = &path, .member = member};
      TRY(read(*member->type, item.value(), member->emplace(out), here));
    }
    if (!strict_) return Done{};
    for (const Member& member : type.members) {
      if (!member.required) continue;
      const json::value* given = object.if_contains(member.json_name.empty() ? member.name : member.json_name);
      if (given == nullptr || given->is_null()) return missing(refusals_, Path{.parent = &path, .member = &member});
    }
    return Done{};
  }

  bool strict_;
  const Refusals& refusals_;
  JsonForm form_;
};

}  // namespace

Status parse_json(const Type& type, std::string_view text, void* object, const Refusals* refusals, JsonForm form) {
  const Refusals& wording = refusals ? *refusals : our_own;
  if (text.size() > json_max_size) return malformed(wording, "The request is too large.");
  unsigned char buffer[8192];
  json::monotonic_resource memory(buffer, sizeof buffer);
  json::parse_options options;
  options.max_depth = json_max_depth;
  json::error_code problem;
  json::value document = json::parse({text.data(), text.size()}, problem, &memory, options);
  if (problem) return malformed(wording, "The request body is not valid JSON.");
  if (document.is_null() && type.kind == Kind::structure) document.emplace_object();
  return Reader(refusals, form).read(type, document, object, Path{});
}

}  // namespace roadstead
