#include <charconv>
#include <cstring>

#include "aws/wire/json.h"
#include "aws/wire/json_text.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "base/time/time.h"

namespace roadstead {

namespace {

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

template <class Number>
void append_integer(std::string& out, Number number) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

void append_time(std::string& out, const Type& type, TimestampFormat format, Instant at, JsonForm form) {
  if (form == JsonForm::stored) {
    append_integer(out, at.micros);
    return;
  }
  if (format == TimestampFormat::by_protocol) format = type.timestamp_format;
  switch (format) {
    case TimestampFormat::by_protocol:
    case TimestampFormat::epoch_seconds:
      append_epoch_seconds(out, at);
      return;
    case TimestampFormat::date_time:
      append_json_string(out, format_iso8601(at, at.micros % 1'000'000 != 0));
      return;
    case TimestampFormat::http_date:
      append_json_string(out, format_http_date(at));
      return;
  }
}

void append_value(std::string& out, const Type& type, TimestampFormat format, const void* value, JsonForm form);

void append_list(std::string& out, const Type& type, const void* list, JsonForm form) {
  out.push_back('[');
  for (std::size_t i = 0, size = type.list->size(list); i < size; ++i) {
    if (i > 0) out.push_back(',');
    append_value(out, *type.element, TimestampFormat::by_protocol, type.list->at(list, i), form);
  }
  out.push_back(']');
}

void append_map(std::string& out, const Type& type, const void* map, JsonForm form) {
  struct State {
    std::string& out;
    const Type& type;
    JsonForm form;
    bool first;
  } state{out, type, form, true};
  out.push_back('{');
  type.map->each(map, &state, [](void* context, const std::string& key, const void* value) {
    auto& s = *static_cast<State*>(context);
    if (!s.first) s.out.push_back(',');
    s.first = false;
    append_json_string(s.out, key);
    s.out.push_back(':');
    append_value(s.out, *s.type.element, TimestampFormat::by_protocol, value, s.form);
  });
  out.push_back('}');
}

bool is_empty_collection(const Type& type, const void* value) {
  if (type.kind == Kind::list) return type.list->size(value) == 0;
  return type.kind == Kind::map && type.map->size(value) == 0;
}

void append_structure(std::string& out, const Type& type, const void* object, JsonForm form) {
  bool by_id = form == JsonForm::stored && type.stored_by_id;
  bool first = true;
  out.push_back('{');
  for (const Member& member : type.members) {
    const void* value = member.get(object);
    if (value == nullptr) continue;
    if (by_id && member.optional == nullptr && is_empty_collection(*member.type, value)) continue;
    if (!first) out.push_back(',');
    first = false;
    out.push_back('"');
    if (by_id) {
      append_integer(out, member.id);
    } else {
      out.append(member.json_name.empty() ? member.name : member.json_name);
    }
    out.append("\":");
    append_value(out, *member.type, member.timestamp_format, value, form);
  }
  out.push_back('}');
}

void append_value(std::string& out, const Type& type, TimestampFormat format, const void* value, JsonForm form) {
  switch (type.kind) {
    case Kind::boolean:
      out.append(as<bool>(value) ? "true" : "false");
      return;
    case Kind::integer:
      append_integer(out, as<std::int32_t>(value));
      return;
    case Kind::long_integer:
      append_integer(out, as<std::int64_t>(value));
      return;
    case Kind::floating:
      append_json_double(out, as<double>(value));
      return;
    case Kind::string:
      append_json_string(out, as<std::string>(value));
      return;
    case Kind::blob:
      append_json_string(out, to_base64(as<std::string>(value)));
      return;
    case Kind::document:
      out.append(as<std::string>(value).empty() ? "null" : as<std::string>(value));
      return;
    case Kind::timestamp:
      append_time(out, type, format, as<Instant>(value), form);
      return;
    case Kind::enumeration: {
      int index = 0;
      std::memcpy(&index, value, sizeof index);
      append_json_string(out, wire_value(type.values, index));
      return;
    }
    case Kind::list:
      append_list(out, type, value, form);
      return;
    case Kind::map:
      append_map(out, type, value, form);
      return;
    case Kind::structure:
      append_structure(out, type, value, form);
      return;
  }
}

}  // namespace

void append_json(std::string& out, const Type& type, const void* object, JsonForm form) {
  append_value(out, type, TimestampFormat::by_protocol, object, form);
}

}  // namespace roadstead
