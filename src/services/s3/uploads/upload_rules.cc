#include "services/s3/uploads/upload_rules.h"

#include <algorithm>

#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

constexpr const char* composite = "COMPOSITE";
constexpr const char* full_object = "FULL_OBJECT";
constexpr const char* unasked_algorithm = "CRC64NVME";

bool is_crc(std::string_view algorithm) { return algorithm.starts_with("CRC"); }

roadstead::Error other_algorithm(std::string_view expected, std::string_view actual) {
  return refusal(
      "InvalidRequest", cat("Checksum Type mismatch occurred, expected checksum Type: ", to_lower(expected), ", actual checksum Type: ", to_lower(actual))
  );
}

roadstead::Error invalid_part() {
  return refusal(
      "InvalidPart",
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not "
      "match the part's entity tag."
  );
}

Status check_order(const std::vector<CompletedPart>& listed) {
  if (listed.empty() || static_cast<std::int32_t>(listed.size()) > most_parts) {
    return refusal("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
  }
  for (std::size_t at = 1; at < listed.size(); ++at) {
    if (listed[at - 1].part_number.value_or(0) < listed[at].part_number.value_or(0)) continue;
    return refusal(
        "InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number."
    );
  }
  return Done{};
}

/// Whether the list means this part by what it says of it.
Status check_listed(const MultipartUploadRow& upload, const UploadPartRow& part, const CompletedPart& listed) {
  bool is_one_tag = listed.e_tag && listed.e_tag->find_first_of("*,") == std::string::npos;
  if (!is_one_tag || !matches_etag(*listed.e_tag, part.etag)) return invalid_part();
  auto given = checksums_of(listed);
  for (const auto& [algorithm, value] : given) {
    auto found = part.checksums.find(algorithm);
    if (found == part.checksums.end() || found->second != value) return invalid_part();
  }
  if (upload.checksum_type != composite || given.contains(*upload.checksum_algorithm)) return Done{};
  return refusal(
      "InvalidRequest", cat("The upload was created using a ", to_lower(*upload.checksum_algorithm),
                            " checksum. The complete request must include the checksum for each part. It was missing for part ",
                            part.part_number, " in the request.")
  );
}

}  // namespace

Result<UploadChecksum> choose_checksum(UploadChecksum wanted) {
  if (!wanted.algorithm) {
    if (!wanted.type) return wanted;
    return refusal("InvalidRequest", "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  }
  const auto& algorithm = *wanted.algorithm;
  if (!checksum_of(algorithm, "")) return not_implemented(cat("x-amz-checksum-algorithm: ", algorithm));
  bool has_full = is_crc(algorithm);
  bool has_composite = algorithm != unasked_algorithm;
  if (!wanted.type) wanted.type = has_composite ? composite : full_object;
  bool known = *wanted.type == composite ? has_composite : *wanted.type == full_object && has_full;
  if (known) return wanted;
  return refusal("InvalidRequest", cat("The ", *wanted.type, " checksum type cannot be used with the ", to_lower(algorithm), " checksum algorithm."));
}

Status check_part_number(std::int32_t number) {
  if (number >= 1 && number <= most_parts) return Done{};
  return refusal("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
}

Status check_part_algorithm(const MultipartUploadRow& upload, const ObjectChecksums& given) {
  if (!upload.checksum_algorithm) return Done{};
  if (given.empty()) return upload.checksum_type == composite ? Status(other_algorithm(*upload.checksum_algorithm, "null")) : Status(Done{});
  for (const auto& [algorithm, value] : given) {
    if (algorithm != *upload.checksum_algorithm) return other_algorithm(*upload.checksum_algorithm, algorithm);
  }
  return Done{};
}

std::string part_algorithm(const MultipartUploadRow& upload) { return upload.checksum_algorithm.value_or(unasked_algorithm); }

Result<UploadParts> choose_parts(const MultipartUploadRow& upload, const UploadParts& parts, const std::vector<CompletedPart>& listed) {
  TRY(check_order(listed));
  UploadParts chosen;
  auto from = parts.begin();
  for (const auto& one : listed) {
    auto number = one.part_number.value_or(0);
    from = std::find_if(from, parts.end(), [&](const auto& part) { return part->part_number >= number; });
    if (from == parts.end() || (*from)->part_number != number) return invalid_part();
    TRY(check_listed(upload, **from, one));
    if (!chosen.empty() && chosen.back()->size < shortest_part) {
      return refusal("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
    chosen.push_back(*from);
  }
  return chosen;
}

std::int64_t size_of(const UploadParts& parts) {
  std::int64_t size = 0;
  for (const auto& part : parts) size += part->size;
  return size;
}

std::string etag_of(const UploadParts& parts) {
  std::string digests;
  for (const auto& part : parts) digests += from_hex(part->etag).value_or("");
  return cat(to_hex(md5(digests)), '-', parts.size());
}

std::string composite_checksum(const std::string& algorithm, const UploadParts& parts) {
  std::string raw;
  for (const auto& part : parts) {
    auto found = part->checksums.find(algorithm);
    CHECK(found != part->checksums.end(), "no part of an upload is taken without the upload's checksum");
    raw += from_base64(found->second).value_or("");
  }
  return cat(to_base64(checksum_of(algorithm, raw).value_or("")), '-', parts.size());
}

Result<ObjectChecksumPlan> plan_object_checksum(
    const MultipartUploadRow& upload, const ObjectChecksums& given, const std::optional<std::string>& type
) {
  auto own_type = upload.checksum_type.value_or(full_object);
  if (type && *type != own_type) {
    return refusal(
        "InvalidRequest", cat("The upload was created using the ", own_type, " checksum mode. The complete request must use the same checksum mode.")
    );
  }
  if (given.size() > 1) {
    return refusal("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  ObjectChecksumPlan plan{.algorithm = part_algorithm(upload), .composite = own_type == composite, .told = {}};
  if (given.empty()) return plan;
  const auto& [algorithm, value] = *given.begin();
  // An upload that was begun without a wish is checked by what its end says.
  bool fits = upload.checksum_algorithm ? algorithm == plan.algorithm : is_crc(algorithm);
  if (!fits) return other_algorithm(plan.algorithm, algorithm);
  plan.algorithm = algorithm;
  plan.told = value;
  return plan;
}

Status check_object_checksum(const ObjectChecksumPlan& plan, const std::string& computed) {
  if (!plan.told || *plan.told == computed) return Done{};
  bool without_count = plan.composite && *plan.told == computed.substr(0, computed.find('-'));
  if (without_count) return Done{};
  return refusal("BadDigest", cat("The ", plan.algorithm, " you specified did not match the calculated checksum."));
}

}  // namespace roadstead::s3
