#include "agent/images/oci/registry_secret.h"

#include <boost/json.hpp>

namespace roadstead {

Result<RegistryCredentials> parse_registry_secret(std::string_view value) {
  Error unfit{"InvalidSecret", R"(must hold the JSON {"username": "…", "password": "…"} of the registry)"};
  boost::system::error_code problem;
  auto parsed = boost::json::parse(value, problem);
  if (problem || !parsed.is_object()) return unfit;
  const auto* username = parsed.as_object().if_contains("username");
  const auto* password = parsed.as_object().if_contains("password");
  if (username == nullptr || password == nullptr || !username->is_string() || !password->is_string()) return unfit;
  return RegistryCredentials{std::string(username->as_string()), std::string(password->as_string())};
}

}  // namespace roadstead
