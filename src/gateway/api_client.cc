#include "gateway/api_client.h"

#include <boost/json.hpp>

#include "base/text/text.h"

namespace roadstead {

namespace {

/// The code and message of an error document; `status` when there is none.
Error error_of(const HttpResponse& response) {
  Error error{cat("Http", response.status), trim(response.body).empty() ? "no explanation" : response.body};
  boost::system::error_code problem;
  auto document = boost::json::parse(response.body, problem);
  if (problem || !document.is_object()) return error;
  const auto& object = document.get_object();
  if (const auto* type = object.if_contains("__type"); type != nullptr && type->is_string()) {
    std::string_view code(type->get_string().data(), type->get_string().size());
    error.code = code.substr(code.rfind('#') + 1);
  }
  for (const char* name : {"message", "Message"}) {
    const auto* message = object.if_contains(name);
    if (message != nullptr && message->is_string()) error.message = std::string(message->get_string());
  }
  return error;
}

}  // namespace

ApiClient::ApiClient(
    HttpEndpoint endpoint,
    SigningCredentials credentials,
    std::string region,
    const Clock& clock,
    HttpClientOptions options
)
    : http_(std::move(endpoint), std::move(options)),
      credentials_(std::move(credentials)),
      region_(std::move(region)),
      clock_(clock) {}

Result<std::string> ApiClient::call(const ApiTarget& target, std::string_view operation, std::string_view json) {
  HttpClient::Headers headers{
      {"Host", http_.endpoint().host_header()},
      {"Content-Type", "application/x-amz-json-1.1"},
      {"X-Amz-Target", cat(target.target_prefix, '.', operation)},
  };
  std::vector<HeaderView> views(headers.begin(), headers.end());
  auto signature =
      sign({"POST", "/", views, json}, credentials_, region_, target.signing_name, clock_.now(), signing_keys_);
  headers.insert(headers.end(), signature.begin(), signature.end());
  auto response = TRY(http_.send("POST", "/", headers, json));
  if (response.status != 200) return error_of(response);
  return std::move(response.body);
}

}  // namespace roadstead
