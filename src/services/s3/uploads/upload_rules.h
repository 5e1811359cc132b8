// What S3 lets an upload in parts be: its checksums, its parts, the list that completes it. Two kinds of checksums:
//
//   FULL_OBJECT  of all bytes, one after the other              CRC32, CRC32C, CRC64NVME (what an upload without a wish has)
//   COMPOSITE    of the parts' raw checksums, then "-<parts>"   CRC32, CRC32C, SHA1, SHA256
//
// Pure; any thread. Source: reference/neighbour-apis.md §3.9, §7.16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/s3/shapes/completed_part.gen.h"
#include "base/result/result.h"
#include "services/s3/object_rules.h"
#include "services/s3/uploads/upload_rows.h"

namespace roadstead::s3 {

inline constexpr std::int32_t most_parts = 10'000;
/// Bytes; the last part may have fewer.
inline constexpr std::int64_t shortest_part = std::int64_t{5} << 20;

/// What an upload is to be checked by; as in `ChecksumAlgorithm` and `ChecksumType`.
struct UploadChecksum {
  std::optional<std::string> algorithm;
  std::optional<std::string> type;
};

/// The checksum that a new upload gets: the type that goes without saying is filled in. Errors: InvalidRequest for a type without
/// an algorithm or one that the algorithm has not, NotImplemented.
Result<UploadChecksum> choose_checksum(UploadChecksum wanted);

/// Errors: InvalidArgument for any but 1 to 10,000.
Status check_part_number(std::int32_t number);

/// Whether a part of this upload may come with these checksums. Errors: InvalidRequest.
Status check_part_algorithm(const MultipartUploadRow& upload, const ObjectChecksums& given);

/// The algorithm of a part's checksum when the client gave none.
std::string part_algorithm(const MultipartUploadRow& upload);

/// The parts that the list of a CompleteMultipartUpload names. Errors: MalformedXML for an empty list, InvalidPartOrder,
/// InvalidPart, EntityTooSmall, InvalidRequest for a list without the checksums that it must have.
Result<UploadParts> choose_parts(const MultipartUploadRow& upload, const UploadParts& parts, const std::vector<CompletedPart>& listed);

std::int64_t size_of(const UploadParts& parts);

/// The entity tag of an object that came in parts, without quotes: MD5 of the parts' MD5s, and their number.
std::string etag_of(const UploadParts& parts);

/// The COMPOSITE checksum of parts that all have one by `algorithm`: base64 and their number.
std::string composite_checksum(const std::string& algorithm, const UploadParts& parts);

/// What the object that an upload becomes is checked by.
struct ObjectChecksumPlan {
  std::string algorithm;
  bool composite = false;
  /// What the client says it is, if it does.
  std::optional<std::string> told;
};

/// `given` and `type` are what the request says of the whole object. Errors: InvalidRequest for another algorithm or type than the
/// upload has.
Result<ObjectChecksumPlan> plan_object_checksum(
    const MultipartUploadRow& upload, const ObjectChecksums& given, const std::optional<std::string>& type
);

/// Errors: BadDigest when the client said something else than `computed`, base64.
Status check_object_checksum(const ObjectChecksumPlan& plan, const std::string& computed);

}  // namespace roadstead::s3
