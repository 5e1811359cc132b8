#include "aws/wire/json_1_1.h"

#include <utility>

#include "aws/wire/check.h"
#include "aws/wire/json.h"
#include "aws/wire/json_text.h"
#include "base/text/text.h"

namespace roadstead::json_1_1 {

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
  if (!error.resource_ids.empty()) {
    body.append(",\"resourceIds\":[");
    bool first = true;
    for (std::string_view id : split(error.resource_ids, ',')) {
      if (!first) body.push_back(',');
      first = false;
      append_json_string(body, trim(id));
    }
    body.push_back(']');
  }
  body.push_back('}');
  return body;
}

}  // namespace roadstead::json_1_1
