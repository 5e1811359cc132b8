#include "gateway/identify.h"

#include "aws/wire/rest_json.h"
#include "aws/wire/rest/rest_xml.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

using Services = std::span<const ServiceRegistration>;

constexpr std::string_view ec2_version = "2016-11-15";

const ServiceRegistration* by_target_prefix(Services services, std::string_view prefix) {
  for (const auto& service : services) {
    if (!prefix.empty() && service.model.target_prefix == prefix) return &service;
  }
  return nullptr;
}

const ServiceRegistration* by_signing_name(Services services, std::string_view name) {
  for (const auto& service : services) {
    if (!name.empty() && service.model.signing_name == name) return &service;
  }
  return nullptr;
}

bool speaks_query(const ServiceModel& model) {
  return model.protocol == Protocol::aws_query || model.protocol == Protocol::ec2_query;
}

/// "/service/<prefix>/operation/<name>", with which every service can be reached in the newest protocols.
std::optional<Identified> from_rpc_path(std::string_view path, Services services) {
  auto pieces = split(path, '/');
  if (pieces.size() != 5 || pieces[1] != "service" || pieces[3] != "operation") return std::nullopt;
  return Identified{
      by_target_prefix(services, pieces[2]), Protocol::rpc_v2_cbor, std::string(pieces[4]), std::string(pieces[2])
  };
}

std::optional<Identified> from_target_header(const RequestView& request, Services services) {
  auto target = header_of(request.headers, "x-amz-target");
  auto dot = target.rfind('.');
  if (target.empty() || dot == std::string_view::npos) return std::nullopt;
  Identified out{by_target_prefix(services, target.substr(0, dot)), Protocol::aws_json_1_1, {}, {}};
  out.operation = target.substr(dot + 1);
  out.service_name = target.substr(0, dot);
  auto type = header_of(request.headers, "content-type");
  if (type.starts_with("application/x-amz-json-1.0")) out.protocol = Protocol::aws_json_1_0;
  return out;
}

/// Action= and Version= of a form body or of a query string. The version names the service; where several share one, or
/// there is none, the credential scope does.
std::optional<Identified> from_action(std::string_view form, std::string_view claimed_service, Services services) {
  auto action = form_value(form, "Action");
  if (action.empty()) return std::nullopt;
  auto version = form_value(form, "Version");
  Identified out{nullptr, version == ec2_version ? Protocol::ec2_query : Protocol::aws_query, std::move(action), {}};
  for (const auto& service : services) {
    bool version_fits = speaks_query(service.model) && service.model.version == version;
    bool claim_fits = claimed_service.empty() || service.model.signing_name == claimed_service;
    if (version_fits && (out.service == nullptr || claim_fits)) out.service = &service;
  }
  if (out.service == nullptr && version.empty()) {
    const auto* claimed = by_signing_name(services, claimed_service);
    if (claimed != nullptr && speaks_query(claimed->model)) out.service = claimed;
  }
  out.service_name = claimed_service.empty() ? version : std::string(claimed_service);
  return out;
}

/// Any path and any content type may be an object's: such a service is known by who the signature says it is for.
std::optional<Identified> from_rest_xml(const RequestView& request, std::string_view claimed_service, Services services) {
  const auto* service = by_signing_name(services, claimed_service);
  if (service == nullptr || service->model.protocol != Protocol::rest_xml) return std::nullopt;
  const auto* operation = rest_xml::find_operation(service->model, request.method, request.target, request.headers);
  auto name = operation == nullptr ? rest_xml::name_of_request(request.method, request.target) : std::string(operation->name);
  return Identified{service, Protocol::rest_xml, std::move(name), std::string(claimed_service)};
}

}  // namespace

std::string form_value(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    auto end = form.find('&');
    auto piece = form.substr(0, end);
    if (piece.starts_with(name) && piece.size() > name.size() && piece[name.size()] == '=') {
      return percent_decode(piece.substr(name.size() + 1), true).value_or("");
    }
    if (end == std::string_view::npos) break;
    form.remove_prefix(end + 1);
  }
  return {};
}

Identified identify(
    const RequestView& request, std::string_view claimed_service, std::span<const ServiceRegistration> services
) {
  if (auto found = from_rest_xml(request, claimed_service, services)) return *std::move(found);
  auto question = request.target.find('?');
  if (auto found = from_rpc_path(request.target.substr(0, question), services)) return *std::move(found);
  if (auto found = from_target_header(request, services)) return *std::move(found);
  auto type = header_of(request.headers, "content-type");
  bool is_form = type.starts_with("application/x-www-form-urlencoded");
  if (is_form) {
    if (auto found = from_action(request.body, claimed_service, services)) return *std::move(found);
  }
  if (question != std::string_view::npos) {
    auto query = request.target.substr(question + 1);
    if (auto found = from_action(query, claimed_service, services)) return *std::move(found);
  }
  Identified nobody{
      by_signing_name(services, claimed_service), Protocol::rest_json_1, {}, std::string(claimed_service)
  };
  if (nobody.service != nullptr) nobody.protocol = nobody.service->model.protocol;
  if (nobody.protocol == Protocol::rest_json_1 && nobody.service != nullptr) {
    const auto* operation = rest_json::find_operation(nobody.service->model, request.method, request.target);
    if (operation != nullptr) nobody.operation = operation->name;
  }
  if (is_form && nobody.service == nullptr) nobody.protocol = Protocol::aws_query;
  return nobody;
}

ErrorDialect dialect_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::aws_query:
      return ErrorDialect::query;
    case Protocol::ec2_query:
      return ErrorDialect::ec2;
    case Protocol::rest_json_1:
      return ErrorDialect::rest_json;
    case Protocol::rest_xml:
      return ErrorDialect::s3;
    case Protocol::aws_json_1_0:
    case Protocol::aws_json_1_1:
    case Protocol::rpc_v2_cbor:
      break;
  }
  return ErrorDialect::json;
}

}  // namespace roadstead
