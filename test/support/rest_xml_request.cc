#include "support/rest_xml_request.h"

#include <boost/json.hpp>

#include "aws/sign/hmac_key.h"
#include "aws/wire/xml.h"
#include "aws/wire/rest/xml_tree.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::string_view outer_name(const Member& member) { return member.location_name.empty() ? member.name : member.location_name; }

std::string_view xml_name(const Member& member) { return member.xml_name.empty() ? member.name : member.xml_name; }

std::string_view item_name(const Type& type) { return type.element_name.empty() ? std::string_view("member") : type.element_name; }

void write_value(XmlWriter& xml, std::string_view name, const Type& type, const json::value& value);

void write_members(XmlWriter& xml, const Type& type, const json::value& value) {
  if (!value.is_object()) return xml.text(text_of(value));
  for (const auto& member : type.members) {
    const auto* found = value.get_object().if_contains(member.name);
    if (found == nullptr) continue;
    if (member.flattened && found->is_array()) {
      for (const auto& item : found->get_array()) write_value(xml, xml_name(member), *member.type->element, item);
    } else {
      write_value(xml, xml_name(member), *member.type, *found);
    }
  }
}

void write_value(XmlWriter& xml, std::string_view name, const Type& type, const json::value& value) {
  xml.open(name);
  if (type.kind == Kind::structure) {
    write_members(xml, type, value);
  } else if (type.kind == Kind::list && value.is_array()) {
    for (const auto& item : value.get_array()) write_value(xml, item_name(type), *type.element, item);
  } else {
    xml.text(text_of(value));
  }
  xml.close();
}

json::value read_value(const Type& type, const XmlElement& xml) {
  if (type.kind == Kind::list) {
    json::array items;
    for (const auto& child : xml.children) items.push_back(read_value(*type.element, child));
    return items;
  }
  if (type.kind != Kind::structure) return json::value(xml.text);
  json::object out;
  for (const auto& member : type.members) {
    for (const auto& child : xml.children) {
      if (child.name != xml_name(member)) continue;
      if (member.flattened && member.type->kind == Kind::list) {
        if (!out.contains(member.name)) out[member.name] = json::array();
        out[member.name].as_array().push_back(read_value(*member.type->element, child));
      } else {
        out[member.name] = read_value(*member.type, child);
      }
    }
  }
  return out;
}

}  // namespace

void write_rest_xml_request(
    const Operation& operation, std::string_view text, HttpRequest& request, std::vector<std::pair<std::string, std::string>>& headers
) {
  request.method = operation.http_method;
  request.target = operation.http_uri;
  json::error_code problem;
  auto document = json::parse({text.data(), text.size()}, problem);
  if (problem || !document.is_object()) document = json::object();
  for (const auto& member : operation.input->members) {
    const auto* value = document.as_object().if_contains(member.name);
    if (member.location == Location::label) {
      auto encoded = percent_encode(value == nullptr ? "" : text_of(*value), true);
      request.target = replace_all(replace_all(request.target, cat('{', member.name, "+}"), encoded), cat('{', member.name, '}'), encoded);
    }
    if (value == nullptr) continue;
    if (member.location == Location::query) {
      bool first = request.target.find('?') == std::string::npos;
      request.target += cat(first ? '?' : '&', percent_encode(outer_name(member)), '=', percent_encode(text_of(*value)));
    } else if (member.location == Location::header) {
      headers.emplace_back(outer_name(member), text_of(*value));
    } else if (member.location == Location::prefix_headers && value->is_object()) {
      for (const auto& [name, item] : value->get_object()) headers.emplace_back(cat(outer_name(member), std::string_view(name)), text_of(item));
    } else if (member.location == Location::payload && member.type->kind == Kind::structure) {
      XmlWriter xml;
      write_value(xml, member.xml_name.empty() ? member.type->name : member.xml_name, *member.type, *value);
      request.body = std::move(xml).finish();
    } else if (member.location == Location::payload) {
      request.body = text_of(*value);
    }
  }
  headers.emplace_back("x-amz-content-sha256", hex_of(fast_sha256(request.body)));
}

std::string json_of_rest_xml(const Operation& operation, const HttpResponse& response) {
  json::object out;
  auto tree = parse_xml(response.body);
  if (tree && operation.output->find("LocationConstraint") != nullptr) {
    if (!tree->text.empty()) out["LocationConstraint"] = tree->text;
  } else if (tree) {
    auto body = read_value(*operation.output, *tree);
    out = body.as_object();
  }
  for (const auto& member : operation.output->members) {
    if (member.location == Location::payload) {
      out[member.name] = tree && member.type->kind == Kind::structure ? read_value(*member.type, *tree) : json::value(response.body);
    }
    for (const auto& [name, value] : response.headers) {
      if (member.location == Location::header && equal_ignoring_case(name, outer_name(member))) out[member.name] = value;
      if (member.location == Location::prefix_headers && name.starts_with(outer_name(member))) {
        if (!out.contains(member.name)) out[member.name] = json::object();
        out[member.name].as_object()[name.substr(outer_name(member).size())] = value;
      }
    }
  }
  return json::serialize(out);
}

}  // namespace roadstead
