#include "support/rest_request.h"

#include <boost/json.hpp>
#include <string>

#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

void add_to_query(std::string& query, std::string_view name, const json::value& value) {
  if (value.is_array()) {
    for (const auto& item : value.get_array()) add_to_query(query, name, item);
    return;
  }
  query += cat(query.empty() ? '?' : '&', percent_encode(name), '=', percent_encode(text_of(value)));
}

}  // namespace

void write_rest_request(const Operation& operation, std::string_view text, HttpRequest& request) {
  request.method = operation.http_method;
  request.target = operation.http_uri;
  json::error_code problem;
  auto document = json::parse({text.data(), text.size()}, problem);
  if (problem || !document.is_object()) {
    request.body = text;
    return;
  }
  auto& body = document.get_object();
  std::string query;
  for (const auto& member : operation.input->members) {
    if (member.location == Location::body) continue;
    const auto* value = body.if_contains(member.name);
    if (member.location == Location::label) {
      request.target = replace_all(request.target, cat('{', member.name, '}'), percent_encode(value == nullptr ? "" : text_of(*value)));
    } else if (value != nullptr && !value->is_null()) {
      add_to_query(query, member.location_name.empty() ? member.name : member.location_name, *value);
    }
    body.erase(member.name);
  }
  request.target += query;
  if (request.method != "GET" && request.method != "DELETE") request.body = json::serialize(document);
}

}  // namespace roadstead
