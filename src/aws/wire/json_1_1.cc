#include "aws/wire/json_1_1.h"

#include <algorithm>
#include <span>
#include <utility>

#include "aws/wire/check.h"
#include "aws/wire/json.h"
#include "aws/wire/json_text.h"
#include "base/text/text.h"

namespace roadstead::json_1_1 {

namespace {

/// Errors of Cloud Map name what is in the way in members of their own, one for each id; all others in a list, resourceIds.
constexpr struct {
  std::string_view code;
  std::string_view members[3];
} named_ids[] = {
    {"DuplicateRequest", {"DuplicateOperationId"}},
    {"NamespaceAlreadyExists", {"NamespaceId", "CreatorRequestId"}},
    {"ServiceAlreadyExists", {"ServiceId", "ServiceArn", "CreatorRequestId"}},
    {"TooManyTagsException", {"ResourceName"}},
};

/// The last member takes all that is left: a client's own id may have a comma in it.
void append_named(std::string& body, std::span<const std::string_view> members, std::string_view ids) {
  for (std::size_t i = 0; i < members.size() && !ids.empty(); ++i) {
    bool last = i + 1 == members.size() || members[i + 1].empty();
    auto id = ids.substr(0, last ? std::string_view::npos : ids.find(','));
    ids.remove_prefix(std::min(ids.size(), id.size() + 1));
    body.append(cat(",\"", members[i], "\":"));
    append_json_string(body, id);
    if (last) return;
  }
}

void append_ids(std::string& body, const Error& error) {
  for (const auto& [code, members] : named_ids) {
    if (error.code == code) return append_named(body, members, error.resource_ids);
  }
  body.append(",\"resourceIds\":[");
  bool first = true;
  for (std::string_view id : split(error.resource_ids, ',')) {
    if (!first) body.push_back(',');
    first = false;
    append_json_string(body, trim(id));
  }
  body.push_back(']');
}

}  // namespace

Result<AnyShape> read_request(const ServiceModel& model, const Operation& operation, std::string_view body) {
  AnyShape input = operation.new_input();
  std::string_view text = trim(body).empty() ? std::string_view("{}") : body;
  TRY(parse_json(*operation.input, text, input.data(), &model.refusals));
  TRY(check(model.refusals, *operation.input, input.data()));
  return input;
}

std::string write_response(const Operation& operation, const void* out) {
  std::string body;
  if (operation.output != &prelude::unit) append_json(body, *operation.output, out);
  return body;
}

std::string write_error(const Error& error) {
  std::string body = "{\"__type\":";
  append_json_string(body, error.code);
  body.append(",\"message\":");
  append_json_string(body, error.message);
  if (!error.resource_ids.empty()) append_ids(body, error);
  body.push_back('}');
  return body;
}

}  // namespace roadstead::json_1_1
