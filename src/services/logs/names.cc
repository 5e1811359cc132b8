#include "services/logs/names.h"

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead::logs {

namespace {

constexpr std::size_t fingerprint_size = 12;
constexpr std::string_view all_streams = ":*";

}  // namespace

std::string plain_arn(std::string_view group_arn) {
  if (group_arn.ends_with(all_streams)) group_arn.remove_suffix(all_streams.size());
  return std::string(group_arn);
}

Result<std::string> group_of_arn(std::string_view text) {
  auto arn = parse_arn(plain_arn(text));
  if (!arn || arn->service != "logs" || arn->resource_type() != "log-group" || arn->resource_path().empty()) {
    return invalid_parameter(cat("The ARN ", text, " is not one of a log group."));
  }
  return std::string(arn->resource_path());
}

Result<std::string> group_of(const std::optional<std::string>& name, const std::optional<std::string>& identifier) {
  if (name && identifier) return invalid_parameter("LogGroupName and LogGroupIdentifier are mutually exclusive parameters.");
  if (name) return *name;
  if (!identifier) return invalid_parameter("Exactly one of LogGroupName or LogGroupIdentifier must be specified.");
  return looks_like_arn(*identifier) ? group_of_arn(*identifier) : *identifier;
}

std::string make_token(std::string_view scope, std::string_view text) {
  return to_base64(cat(sha256_hex(scope).substr(0, fingerprint_size), text));
}

Result<std::string> read_token(std::string_view scope, const std::optional<std::string>& token) {
  if (!token) return std::string();
  auto text = from_base64(*token);
  if (!text || !text->starts_with(sha256_hex(scope).substr(0, fingerprint_size))) return invalid_token();
  return text->substr(fingerprint_size);
}

Error invalid_token() { return invalid_parameter("The specified nextToken is invalid."); }

std::string padded(std::uint64_t number, std::size_t digits) {
  auto text = cat(number);
  return text.size() >= digits ? text : std::string(digits - text.size(), '0') + text;
}

}  // namespace roadstead::logs
