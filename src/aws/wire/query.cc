#include "aws/wire/query.h"

#include <utility>

#include "aws/wire/check.h"
#include "aws/wire/form.h"
#include "aws/wire/refusal.h"
#include "aws/wire/xml.h"
#include "base/text/text.h"

namespace roadstead::query {

Result<AnyShape> read_request(const ServiceModel& model, const Operation& operation, std::string_view body) {
  auto form = parse_form(body);
  if (!form) return malformed(model.refusals, "The request body is not a valid form.");
  AnyShape input = operation.new_input();
  TRY(read_form(*operation.input, *form, input.data(), model.refusals, FormNames::query));
  TRY(check(model.refusals, *operation.input, input.data()));
  return input;
}

std::string write_response(
    const ServiceModel& model, const Operation& operation, const void* out, std::string_view request_id
) {
  XmlWriter xml;
  xml.open(cat(operation.name, "Response"), model.xml_namespace);
  if (operation.output != &prelude::unit) {
    xml.open(cat(operation.name, "Result"));
    write_xml_members(xml, *operation.output, out);
    xml.close();
  }
  xml.open("ResponseMetadata");
  xml.element("RequestId", request_id);
  xml.close();
  xml.close();
  return std::move(xml).finish();
}

std::string write_error(
    const ServiceModel* model, const Error& error, bool senders_fault, std::string_view request_id
) {
  const ErrorShape* shape = model ? model->find_error(error.code) : nullptr;
  XmlWriter xml;
  xml.open("ErrorResponse", model ? model->xml_namespace : std::string_view());
  xml.open("Error");
  xml.element("Type", senders_fault ? "Sender" : "Receiver");
  xml.element("Code", shape ? shape->code : std::string_view(error.code));
  xml.element("Message", error.message);
  xml.close();
  xml.element("RequestId", request_id);
  xml.close();
  return std::move(xml).finish();
}

}  // namespace roadstead::query
