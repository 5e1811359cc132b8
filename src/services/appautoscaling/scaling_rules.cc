#include "services/appautoscaling/scaling_rules.h"

#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead::appautoscaling {

namespace {

constexpr int largest_page = 50;

bool is_service(const std::string& resource_id) {
  auto parts = split(resource_id, '/');
  return parts.size() == 3 && parts[0] == "service" && !parts[1].empty() && !parts[2].empty();
}

}  // namespace

Error validation_error(std::string message) { return {"ValidationException", std::move(message)}; }

Status check_triple(ServiceNamespace space, const std::optional<std::string>& resource_id, const std::optional<ScalableDimension>& dimension) {
  bool fits = space == ServiceNamespace::ecs && (!resource_id || is_service(*resource_id)) &&
              (!dimension || dimension == ScalableDimension::ecs_service_desired_count);
  if (!fits) return validation_error("Unsupported service namespace, resource type or scalable dimension");
  return Done{};
}

std::string triple_text(const std::string& resource_id) {
  return cat(", resource ID: ", resource_id, ", scalable dimension: ecs:service:DesiredCount");
}

Result<std::size_t> page_size(const std::optional<std::int32_t>& asked) {
  int size = asked.value_or(largest_page);
  if (size < 1 || size > largest_page) return validation_error(cat("MaxResults must be between 1 and ", largest_page, "."));
  return static_cast<std::size_t>(size);
}

std::string page_token(const std::string& last_key) { return to_base64(last_key); }

Result<std::string> page_start(const std::optional<std::string>& token) {
  if (!token) return std::string();
  auto key = from_base64(*token);
  if (!key || key->empty()) return Error{"InvalidNextTokenException", "The specified next token is invalid."};
  return *key;
}

}  // namespace roadstead::appautoscaling
