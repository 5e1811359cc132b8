#include "services/s3/object_rules.h"

#include <algorithm>

#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead::s3 {

namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t most_metadata = 2048;
constexpr std::size_t shortest_bucket = 3;
constexpr std::size_t longest_bucket = 63;
constexpr std::size_t md5_size = 16;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool looks_like_address(std::string_view name) {
  auto pieces = split(name, '.');
  return pieces.size() == 4 && std::ranges::all_of(pieces, [](std::string_view piece) { return to_number<int>(piece).has_value(); });
}

std::string_view without_quotes(std::string_view text) {
  text = trim(text);
  bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Times of HTTP have no fractions.
Instant whole_seconds(Instant at) { return Instant{at.micros / 1'000'000 * 1'000'000}; }

}  // namespace

roadstead::Error refusal(std::string code, std::string message) { return {std::move(code), std::move(message)}; }

roadstead::Error not_implemented(std::string_view what) {
  return refusal(
      "NotImplemented", cat("A header you provided implies functionality that is not implemented: Roadstead does not support ", what, '.')
  );
}

Status check_bucket_name(std::string_view name) {
  bool sound = name.size() >= shortest_bucket && name.size() <= longest_bucket && is_alphanumeric(name.front()) &&
               is_alphanumeric(name.back()) && name.find("..") == std::string_view::npos && !name.starts_with("xn--") &&
               !looks_like_address(name) &&
               std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
  if (sound) return Done{};
  return refusal(
      "InvalidBucketName",
      "The specified bucket is not valid. A name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a "
      "letter or digit."
  );
}

Status check_key(std::string_view key) {
  if (key.size() <= longest_key) return Done{};
  return refusal("KeyTooLongError", "Your key is too long");
}

Status check_metadata(const std::optional<std::map<std::string, std::string>>& metadata) {
  std::size_t size = 0;
  if (metadata) {
    for (const auto& [name, value] : *metadata) size += name.size() + value.size();
  }
  if (size <= most_metadata) return Done{};
  return refusal("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
}

Status check_version(const std::optional<std::string>& version_id) {
  if (!version_id || version_id->empty() || *version_id == "null") return Done{};
  return refusal("InvalidArgument", "Invalid version id specified");
}

Status check_owner(const std::optional<std::string>& expected, const std::string& account_id) {
  if (!expected || *expected == account_id) return Done{};
  return refusal("AccessDenied", "Access Denied");
}

std::optional<std::string> checksum_of(std::string_view algorithm, std::string_view bytes) {
  auto running = start_checksum(algorithm);
  if (running == nullptr || algorithm == "MD5") return std::nullopt;
  running->update(bytes);
  return running->finish();
}

std::optional<std::string> encoding_of(const std::optional<std::string>& given) {
  if (!given) return std::nullopt;
  std::vector<std::string> kept;
  for (auto piece : split(*given, ',')) {
    if (!trim(piece).empty() && !equal_ignoring_case(trim(piece), "aws-chunked")) kept.emplace_back(trim(piece));
  }
  if (kept.empty()) return std::nullopt;
  return join(kept, ",");
}

Result<ObjectChecksums> check_checksums(const ObjectChecksums& given, std::string_view bytes) {
  if (given.empty()) return ObjectChecksums{{"CRC64NVME", to_base64(crc64nvme(bytes))}};
  if (given.size() > 1) {
    return refusal("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  const auto& [algorithm, value] = *given.begin();
  auto computed = checksum_of(algorithm, bytes);
  if (!computed) return not_implemented(cat("x-amz-checksum-", to_lower(algorithm)));
  auto told = from_base64(value);
  if (!told || told->size() != computed->size()) {
    return refusal("InvalidRequest", cat("Value for x-amz-checksum-", to_lower(algorithm), " header is invalid."));
  }
  if (*told == *computed) return given;
  return refusal("BadDigest", cat("The ", algorithm, " you specified did not match the calculated checksum."));
}

Status check_content_md5(const std::string& content_md5, std::string_view bytes) {
  auto told = from_base64(content_md5);
  if (!told || told->size() != md5_size) return refusal("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (*told == md5(bytes)) return Done{};
  return refusal("BadDigest", "The Content-MD5 you specified did not match what we received.");
}

bool matches_etag(std::string_view list, std::string_view etag) {
  for (auto piece : split(list, ',')) {
    auto tag = without_quotes(piece);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

Status check_conditions(const ObjectConditions& conditions, const std::string& etag, Instant last_modified) {
  auto modified = whole_seconds(last_modified);
  auto failed = refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  auto unchanged = refusal("NotModified", "Not Modified");
  if (conditions.if_match) {
    if (!matches_etag(*conditions.if_match, etag)) return failed;
  } else if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
    return failed;
  }
  if (conditions.if_none_match) {
    if (matches_etag(*conditions.if_none_match, etag)) return unchanged;
  } else if (conditions.if_modified_since && modified <= *conditions.if_modified_since) {
    return unchanged;
  }
  return Done{};
}

Result<std::optional<ByteRange>> parse_range(std::string_view header, std::int64_t object_size) {
  constexpr std::string_view unit = "bytes=";
  std::optional<ByteRange> none;
  if (!header.starts_with(unit)) return none;
  auto text = trim(header.substr(unit.size()));
  auto hyphen = text.find('-');
  if (hyphen == std::string_view::npos) return none;
  auto first = to_number<std::int64_t>(text.substr(0, hyphen));
  auto last = to_number<std::int64_t>(text.substr(hyphen + 1));
  bool open_start = hyphen == 0;
  bool open_end = hyphen + 1 == text.size();
  if ((!open_start && !first) || (!open_end && !last) || (open_start && open_end)) return none;
  ByteRange range;
  if (open_start) {
    range.size = std::min(*last, object_size);
    range.first = object_size - range.size;
  } else {
    if (!open_end && *last < *first) return none;
    range.first = *first;
    auto end = open_end ? object_size : std::min(*last, object_size - 1) + 1;
    range.size = end - range.first;
  }
  if (range.size <= 0 || range.first >= object_size) {
    return refusal("InvalidRange", "The requested range is not satisfiable");
  }
  return std::optional<ByteRange>(range);
}

}  // namespace roadstead::s3
