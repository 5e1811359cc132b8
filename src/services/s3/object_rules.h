// What S3 lets a request ask: names, keys, digests, preconditions, ranges. Pure; any thread.
// Source: reference/neighbour-apis.md §3.9, §7.16.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead::s3 {

using ObjectChecksums = std::map<std::string, std::string>;

/// A refusal: `Error` is also a shape of S3.
roadstead::Error refusal(std::string code, std::string message);

/// AWS has it, Roadstead does not; `what` names the header or parameter.
roadstead::Error not_implemented(std::string_view what);

/// 3 to 63 lower-case letters, digits, dots and hyphens, no address of IP. Errors: InvalidBucketName.
Status check_bucket_name(std::string_view name);

/// Errors: KeyTooLongError for more than 1,024 bytes.
Status check_key(std::string_view key);

/// Errors: MetadataTooLarge for more than 2 KB of names and values.
Status check_metadata(const std::optional<std::map<std::string, std::string>>& metadata);

/// Errors: InvalidArgument for any version but "null": buckets here keep none.
Status check_version(const std::optional<std::string>& version_id);

/// Errors: AccessDenied when the bucket's owner is another account than the request expects.
Status check_owner(const std::optional<std::string>& expected, const std::string& account_id);

/// The checksums that are stored with an object: the one that the client gave (base64, by the name of its algorithm), else
/// CRC64NVME. Errors: BadDigest, InvalidRequest for one that cannot be right or for several.
Result<ObjectChecksums> check_checksums(const ObjectChecksums& given, std::string_view bytes);

/// The raw checksum by an algorithm; nothing for one that is not checked here.
std::optional<std::string> checksum_of(std::string_view algorithm, std::string_view bytes);

/// Content-Encoding without the framing of the upload, which is not the object's.
std::optional<std::string> encoding_of(const std::optional<std::string>& given);

/// Errors: InvalidDigest, BadDigest. `content_md5` is base64 of 16 bytes.
Status check_content_md5(const std::string& content_md5, std::string_view bytes);

/// What a request wants of the object before it is answered; texts as in the headers.
struct ObjectConditions {
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  std::optional<Instant> if_modified_since;
  std::optional<Instant> if_unmodified_since;
};

/// Errors: PreconditionFailed, NotModified. `etag` without quotes.
Status check_conditions(const ObjectConditions& conditions, const std::string& etag, Instant last_modified);

/// Whether a list of entity tags, quoted or not, or "*", has this one.
bool matches_etag(std::string_view list, std::string_view etag);

/// Bytes [first, first + size) of an object.
struct ByteRange {
  std::int64_t first = 0;
  std::int64_t size = 0;
};

/// The range that a header asks for; nothing for one that S3 ignores (several ranges, other units, nonsense).
/// Errors: InvalidRange, for one that begins behind the end.
Result<std::optional<ByteRange>> parse_range(std::string_view header, std::int64_t object_size);

}  // namespace roadstead::s3
