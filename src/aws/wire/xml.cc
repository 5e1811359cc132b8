#include "aws/wire/xml.h"

#include "aws/wire/scalar.h"

namespace roadstead {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\r':
        out.append("&#xD;");
        break;
      default: {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 || c == '\n' || c == '\t') out.push_back(c);
      }
    }
  }
}

void write_value(XmlWriter& xml, const Type& type, TimestampFormat format, const void* value);

void write_list(XmlWriter& xml, const Type& type, std::string_view item_name, const void* list) {
  for (std::size_t i = 0, size = type.list->size(list); i < size; ++i) {
    xml.open(item_name);
    write_value(xml, *type.element, TimestampFormat::by_protocol, type.list->at(list, i));
    xml.close();
  }
}

void write_map(XmlWriter& xml, const Type& type, std::string_view entry_name, const void* map) {
  struct State {
    XmlWriter& xml;
    const Type& type;
    std::string_view entry_name;
  } state{xml, type, entry_name};
  type.map->each(map, &state, [](void* context, const std::string& key, const void* value) {
    auto& s = *static_cast<State*>(context);
    s.xml.open(s.entry_name);
    s.xml.element(s.type.key_name.empty() ? "key" : s.type.key_name, key);
    s.xml.open(s.type.element_name.empty() ? "value" : s.type.element_name);
    write_value(s.xml, *s.type.element, TimestampFormat::by_protocol, value);
    s.xml.close();
    s.xml.close();
  });
}

std::string_view item_name(const Type& list) { return list.element_name.empty() ? "member" : list.element_name; }

void write_value(XmlWriter& xml, const Type& type, TimestampFormat format, const void* value) {
  switch (type.kind) {
    case Kind::structure:
      write_xml_members(xml, type, value);
      return;
    case Kind::list:
      write_list(xml, type, item_name(type), value);
      return;
    case Kind::map:
      write_map(xml, type, "entry", value);
      return;
    default:
      xml.text(scalar_to_text(type, format, TimestampFormat::date_time, value));
  }
}

void write_flattened(XmlWriter& xml, const Member& member, std::string_view name, const void* value) {
  const Type& type = *member.type;
  if (type.kind == Kind::map) {
    write_map(xml, type, name, value);
  } else {
    write_list(xml, type, name, value);
  }
}

}  // namespace

void XmlWriter::open(std::string_view name, std::string_view xml_namespace) {
  out_.push_back('<');
  out_.append(name);
  if (!xml_namespace.empty()) {
    out_.append(" xmlns=\"");
    append_escaped(out_, xml_namespace);
    out_.push_back('"');
  }
  out_.push_back('>');
  open_.emplace_back(name);
}

void XmlWriter::close() {
  out_.append("</").append(open_.back()).push_back('>');
  open_.pop_back();
}

void XmlWriter::text(std::string_view value) { append_escaped(out_, value); }

void write_xml_members(XmlWriter& xml, const Type& type, const void* object) {
  for (const Member& member : type.members) {
    const void* value = member.get(object);
    if (value == nullptr || member.location != Location::body) continue;
    std::string_view name = member.xml_name.empty() ? member.name : member.xml_name;
    bool is_collection = member.type->kind == Kind::list || member.type->kind == Kind::map;
    if (member.flattened && is_collection) {
      write_flattened(xml, member, name, value);
      continue;
    }
    xml.open(name);
    write_value(xml, *member.type, member.timestamp_format, value);
    xml.close();
  }
}

}  // namespace roadstead
