#include "base/id/arn.h"

#include "base/text/text.h"

namespace roadstead {

std::string_view Arn::resource_type() const {
  return std::string_view(resource).substr(0, resource.find_first_of("/:"));
}

std::string_view Arn::resource_path() const {
  auto separator = resource.find_first_of("/:");
  if (separator == std::string::npos) return {};
  return std::string_view(resource).substr(separator + 1);
}

std::string to_string(const Arn& arn) {
  return cat("arn:", arn.partition, ':', arn.service, ':', arn.region, ':', arn.account, ':', arn.resource);
}

std::optional<Arn> parse_arn(std::string_view text) {
  if (!looks_like_arn(text)) return std::nullopt;
  text.remove_prefix(4);
  std::string parts[4];
  for (auto& part : parts) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0].empty() || parts[1].empty() || text.empty()) return std::nullopt;
  return Arn{
      std::move(parts[0]), std::move(parts[1]), std::move(parts[2]), std::move(parts[3]), std::string(text)
  };
}

}  // namespace roadstead
