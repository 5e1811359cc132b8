#include "gateway/protocol.h"

#include "aws/wire/json_1_1.h"
#include "aws/wire/query.h"
#include "aws/wire/rest_json.h"
#include "aws/wire/rest/rest_xml.h"
#include "aws/wire/xml.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

/// What AWS's services have in common; everything else has its status in the model.
constexpr struct {
  std::string_view code;
  int status;
} common_errors[] = {
    {"ServerException", 500},
    {"InternalFailure", 500},
    {"InternalServerException", 500},
    {"ServiceUnavailable", 503},
    {"ServiceUnavailableException", 503},
};

/// What S3 has beside 400, which its public model leaves out.
constexpr struct {
  std::string_view code;
  int status;
} s3_errors[] = {
    {"BucketNotEmpty", 409},      {"InternalError", 500},     {"InvalidRange", 416},         {"MethodNotAllowed", 405},
    {"NoSuchUpload", 404},        {"NotImplemented", 501},    {"NotModified", 304},          {"PreconditionFailed", 412},
    {"SignatureDoesNotMatch", 403}, {"SlowDown", 503},
};

bool is_json(Protocol protocol) { return protocol == Protocol::aws_json_1_0 || protocol == Protocol::aws_json_1_1; }

std::string_view content_type_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::aws_json_1_0:
      return "application/x-amz-json-1.0";
    case Protocol::aws_json_1_1:
      return "application/x-amz-json-1.1";
    case Protocol::aws_query:
    case Protocol::ec2_query:
      return "text/xml;charset=utf-8";
    case Protocol::rest_xml:
      return "application/xml";
    case Protocol::rest_json_1:
    case Protocol::rpc_v2_cbor:
      break;
  }
  // For rpcv2Cbor refusals only: Roadstead has no service of it yet, and its clients read a JSON error.
  return "application/json";
}

HttpResponse response_of(Protocol protocol, int status, std::string body, const std::string& request_id) {
  HttpResponse out;
  out.status = status;
  out.headers = {{"x-amzn-RequestId", request_id}, {"Content-Type", std::string(content_type_of(protocol))}};
  out.body = std::move(body);
  return out;
}

std::string ec2_error(const Error& error, std::string_view request_id) {
  XmlWriter xml;
  xml.open("Response");
  xml.open("Errors");
  xml.open("Error");
  xml.element("Code", error.code);
  xml.element("Message", error.message);
  xml.close();
  xml.close();
  xml.element("RequestID", request_id);
  xml.close();
  return std::move(xml).finish();
}

HttpResponse response_of(rest_xml::Answer answer, const std::string& request_id) {
  HttpResponse out;
  out.status = answer.status;
  out.headers = std::move(answer.headers);
  out.headers.emplace_back("x-amz-request-id", request_id);
  out.headers.emplace_back("x-amz-id-2", request_id);
  if (answer.is_xml) out.headers.emplace_back("Content-Type", content_type_of(Protocol::rest_xml));
  out.body = std::move(answer.body);
  return out;
}

}  // namespace

bool can_speak(Protocol protocol, const ServiceModel& model) {
  if (protocol == Protocol::rest_json_1 || protocol == Protocol::rest_xml) return model.protocol == protocol;
  bool same_family = is_json(protocol) == is_json(model.protocol);
  return same_family && (is_json(protocol) || protocol == Protocol::aws_query);
}

Result<AnyShape> decode(
    const ServiceModel& model, const Operation& operation, Protocol protocol, const HttpRequest& request
) {
  if (is_json(protocol)) return json_1_1::read_request(model, operation, request.body);
  if (protocol == Protocol::rest_json_1) return rest_json::read_request(model, operation, request.target, request.body);
  if (protocol == Protocol::rest_xml) return rest_xml::read_request(model, operation, request.target, request.headers, request.body);
  // A presigned link has the form in its query.
  auto question = request.target.find('?');
  bool in_query = request.body.empty() && question != std::string::npos;
  return query::read_request(
      model, operation, in_query ? std::string_view(request.target).substr(question + 1) : request.body
  );
}

HttpResponse encode(
    const ServiceModel& model,
    const Operation& operation,
    Protocol protocol,
    const AnyShape& out,
    const std::string& request_id
) {
  if (protocol == Protocol::rest_json_1) {
    return response_of(protocol, operation.http_status, rest_json::write_response(operation, out.data()), request_id);
  }
  if (protocol == Protocol::rest_xml) return response_of(rest_xml::write_response(operation, out.data()), request_id);
  auto body = is_json(protocol) ? json_1_1::write_response(operation, out.data())
                                : query::write_response(model, operation, out.data(), request_id);
  return response_of(protocol, 200, std::move(body), request_id);
}

HttpResponse encode_error(
    const ServiceModel* model, Protocol protocol, const Error& error, int status, const std::string& request_id
) {
  if (protocol == Protocol::aws_query) {
    return response_of(protocol, status, query::write_error(model, error, status < 500, request_id), request_id);
  }
  if (protocol == Protocol::ec2_query) return response_of(protocol, status, ec2_error(error, request_id), request_id);
  if (protocol == Protocol::rest_xml) {
    bool told = status != 304;
    return response_of({status, {}, told ? rest_xml::write_error(error, request_id) : std::string(), told}, request_id);
  }
  auto error_body = protocol == Protocol::rest_json_1 && model != nullptr ? rest_json::write_error(error) : json_1_1::write_error(error);
  auto response = response_of(protocol, status, std::move(error_body), request_id);
  response.headers.emplace_back("x-amzn-ErrorType", error.code);
  return response;
}

std::string query_error_of(const ServiceModel* model, const Error& error, int status) {
  const auto* shape = model == nullptr ? nullptr : model->find_error(error.code);
  return cat(shape == nullptr ? std::string_view(error.code) : shape->code, status < 500 ? ";Sender" : ";Receiver");
}

int status_of(const ServiceModel* model, ErrorDialect dialect, std::string_view code) {
  const auto* shape = model == nullptr ? nullptr : model->find_error(code);
  if (shape != nullptr) return shape->http_status;
  for (const auto& common : common_errors) {
    if (common.code == code) return common.status;
  }
  for (const auto& known : s3_errors) {
    if (dialect == ErrorDialect::s3 && known.code == code) return known.status;
  }
  return code == "AccessDenied" && dialect != ErrorDialect::json ? 403 : 400;
}

Error internal_failure(ErrorDialect dialect, std::string what) {
  auto code = dialect == ErrorDialect::json ? "ServerException" : dialect == ErrorDialect::s3 ? "InternalError" : "InternalFailure";
  return {code, "The request processing has failed because of an unknown error.", std::move(what)};
}

Error unknown_operation(ErrorDialect dialect, std::string_view service, std::string_view operation) {
  bool query = dialect == ErrorDialect::query || dialect == ErrorDialect::ec2;
  if (query) return {"InvalidAction", cat("The action ", operation, " is not valid for this web service.")};
  if (dialect == ErrorDialect::s3 && operation.find('?') == std::string_view::npos) {
    return {"MethodNotAllowed", "The specified method is not allowed against this resource."};
  }
  if (dialect == ErrorDialect::s3) return {"NotImplemented", cat("Roadstead does not support ", operation, " of S3.")};
  if (operation.empty()) return {"UnknownOperationException", "The request names no operation of a service."};
  return {"UnknownOperationException", cat("There is no operation ", operation, " of ", service, ".")};
}

Error unsupported_operation(ErrorDialect dialect, std::string_view action) {
  bool query = dialect == ErrorDialect::query || dialect == ErrorDialect::ec2;
  if (dialect == ErrorDialect::s3) return {"NotImplemented", cat("Roadstead does not support ", action, " yet.")};
  return {query ? "InvalidAction" : "UnsupportedFeatureException", cat("Roadstead does not support ", action, " yet.")};
}

}  // namespace roadstead
