#include "services/ecs/page.h"

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t fingerprint_size = 12;
constexpr std::int32_t largest_page = 100;

std::string fingerprint(std::string_view filters) { return sha256_hex(filters).substr(0, fingerprint_size); }

}  // namespace

std::string page_token(std::string_view filters, std::string_view last_key) {
  return to_base64(cat(fingerprint(filters), last_key));
}

Result<std::string> page_start(std::string_view filters, const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::string();
  auto text = from_base64(*token);
  if (!text || text->size() <= fingerprint_size || !text->starts_with(fingerprint(filters))) {
    return Error{"InvalidParameterException", "Invalid token."};
  }
  return text->substr(fingerprint_size);
}

Result<std::size_t> page_size(const std::optional<std::int32_t>& asked, std::size_t otherwise) {
  if (!asked) return otherwise;
  if (*asked < 1 || *asked > largest_page) {
    return Error{"InvalidParameterException", "maxResults must be between 1 and 100."};
  }
  return static_cast<std::size_t>(*asked);
}

}  // namespace roadstead::ecs
