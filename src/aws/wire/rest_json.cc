#include "aws/wire/rest_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "aws/wire/check.h"
#include "aws/wire/json.h"
#include "aws/wire/json_text.h"
#include "aws/wire/refusal.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead::rest_json {

namespace json = boost::json;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

/// The segments of a path.
std::vector<std::string_view> segments_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return split(path, '/');
}

/// The name of a label segment "{Name}"; empty for others.
std::string_view label_of(std::string_view segment) {
  bool label = segment.starts_with('{') && segment.ends_with('}');
  return label ? segment.substr(1, segment.size() - 2) : std::string_view();
}

/// The values of the labels when a path is one of `uri`; nothing when it is not, or cannot be decoded.
std::optional<Pairs> match(std::string_view uri, std::string_view path) {
  auto wanted = segments_of(uri);
  auto given = segments_of(path);
  if (wanted.size() != given.size()) return std::nullopt;
  Pairs labels;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    auto label = label_of(wanted[index]);
    if (label.empty() && wanted[index] != given[index]) return std::nullopt;
    if (label.empty()) continue;
    auto value = percent_decode(given[index]);
    if (!value) return std::nullopt;
    labels.emplace_back(label, *std::move(value));
  }
  return labels;
}

Pairs query_of(std::string_view target) {
  Pairs out;
  auto question = target.find('?');
  if (question == std::string_view::npos) return out;
  for (auto piece : split(target.substr(question + 1), '&')) {
    auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("") : percent_decode(piece.substr(equals + 1), true);
    if (name && value && !name->empty()) out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

/// A text of the path or the query as the JSON that a member of `type` would be in a body.
json::value value_of(const Type& type, const std::string& text) {
  if (type.kind == Kind::boolean && (text == "true" || text == "false")) return text == "true";
  if (type.kind == Kind::integer || type.kind == Kind::long_integer) {
    if (auto number = to_number<std::int64_t>(text)) return *number;
  }
  return json::value(text);
}

std::string_view name_of(const Member& member) { return member.json_name.empty() ? member.name : member.json_name; }

/// Moves members of the path and the query to where a body would have them; what the body itself says of them is dropped.
void place_outer_members(const Operation& operation, const Pairs& labels, const Pairs& query, json::object& body) {
  for (const auto& member : operation.input->members) {
    if (member.location == Location::body) continue;
    auto name = name_of(member);
    body.erase(name);
    bool label = member.location == Location::label;
    auto outer_name = label || member.location_name.empty() ? member.name : member.location_name;
    for (const auto& [given, text] : label ? labels : query) {
      if (given != outer_name) continue;
      if (member.type->kind != Kind::list) {
        body[name] = value_of(*member.type, text);
        continue;
      }
      if (!body.contains(name)) body[name] = json::array();
      body[name].as_array().push_back(value_of(*member.type->element, text));
    }
  }
}

}  // namespace

const Operation* find_operation(const ServiceModel& model, std::string_view method, std::string_view target) {
  auto fits = [&](const Operation& operation) {
    return operation.http_method == method && match(path_of(operation.http_uri), path_of(target));
  };
  auto found = std::ranges::find_if(model.operations, fits);
  return found == model.operations.end() ? nullptr : &*found;
}

Result<AnyShape> read_request(const ServiceModel& model, const Operation& operation, std::string_view target, std::string_view body) {
  if (body.size() > json_max_size) return malformed(model.refusals, "The request is too large.");
  AnyShape input = operation.new_input();
  json::value document = json::object();
  if (!trim(body).empty()) {
    json::error_code problem;
    json::parse_options options;
    options.max_depth = json_max_depth;
    document = json::parse({body.data(), body.size()}, problem, {}, options);
    if (problem || !document.is_object()) return malformed(model.refusals, "The request body is not a JSON object.");
  }
  auto labels = match(path_of(operation.http_uri), path_of(target));
  place_outer_members(operation, labels.value_or(Pairs()), query_of(target), document.get_object());
  TRY(parse_json(*operation.input, json::serialize(document), input.data(), &model.refusals));
  TRY(check(model.refusals, *operation.input, input.data()));
  return input;
}

std::string write_response(const Operation& operation, const void* out) {
  if (operation.output == &prelude::unit) return "{}";
  std::string body;
  append_json(body, *operation.output, out);
  return body;
}

std::string write_error(const Error& error) {
  std::string body = "{\"Message\":";
  append_json_string(body, error.message);
  body.push_back('}');
  return body;
}

}  // namespace roadstead::rest_json
