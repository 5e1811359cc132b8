// What S3 tells of an object in headers: shared by reading it, asking for its head, and writing it. Pure.
#pragma once

#include <optional>
#include <string>

#include "api/s3_enums.gen.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "services/s3/object_rules.h"

namespace roadstead::s3 {

inline constexpr const char* default_content_type = "binary/octet-stream";

inline std::string quoted(std::string_view etag) { return cat('"', etag, '"'); }

/// Whether checksums are of the object's bytes, or, written "<value>-<parts>", of the checksums of its parts.
inline ChecksumType type_of_checksums(const ObjectChecksums& checksums) {
  bool composite = !checksums.empty() && checksums.begin()->second.find('-') != std::string::npos;
  return composite ? ChecksumType::composite : ChecksumType::full_object;
}

/// Checksums as members of their own, of an object or of a part.
template <class Out>
void render_checksum_values(Out& out, const ObjectChecksums& checksums) {
  auto of = [&](const char* algorithm) -> std::optional<std::string> {
    auto found = checksums.find(algorithm);
    if (found == checksums.end()) return std::nullopt;
    return found->second;
  };
  out.checksum_crc32 = of("CRC32");
  out.checksum_crc32_c = of("CRC32C");
  out.checksum_crc64_nvme = of("CRC64NVME");
  out.checksum_sha1 = of("SHA1");
  out.checksum_sha256 = of("SHA256");
}

/// The checksums of an object that an answer carries.
template <class Out>
void render_checksums(Out& out, const ObjectChecksums& checksums) {
  if (checksums.empty()) return;
  render_checksum_values(out, checksums);
  out.checksum_type = type_of_checksums(checksums);
}

/// The checksums that a request carries.
template <class In>
ObjectChecksums checksums_of(const In& in) {
  ObjectChecksums out;
  auto add = [&](const char* algorithm, const std::optional<std::string>& value) {
    if (value) out[algorithm] = *value;
  };
  add("CRC32", in.checksum_crc32);
  add("CRC32C", in.checksum_crc32_c);
  add("CRC64NVME", in.checksum_crc64_nvme);
  add("SHA1", in.checksum_sha1);
  add("SHA256", in.checksum_sha256);
  add("SHA512", in.checksum_sha512);
  add("MD5", in.checksum_md5);
  add("XXHASH64", in.checksum_xxhash64);
  add("XXHASH3", in.checksum_xxhash3);
  add("XXHASH128", in.checksum_xxhash128);
  return out;
}

template <class In>
ObjectConditions conditions_of(const In& in) {
  return {in.if_match, in.if_none_match, in.if_modified_since, in.if_unmodified_since};
}

/// Everything about the object itself; where the request names other headers to answer with, those.
template <class Out, class In>
void render_object(Out& out, const In& in, const ObjectRow& row) {
  auto either = [](const std::optional<std::string>& asked, const std::optional<std::string>& stored) { return asked ? asked : stored; };
  out.accept_ranges = "bytes";
  out.last_modified = row.last_modified_at;
  out.content_length = row.size;
  out.e_tag = quoted(row.etag);
  out.cache_control = either(in.response_cache_control, row.cache_control);
  out.content_disposition = either(in.response_content_disposition, row.content_disposition);
  out.content_encoding = either(in.response_content_encoding, row.content_encoding);
  out.content_language = either(in.response_content_language, row.content_language);
  out.content_type = either(in.response_content_type, row.content_type ? row.content_type : default_content_type);
  out.expires = row.expires;
  if (!row.metadata.empty()) out.metadata = row.metadata;
}

/// The part that the request asks for, all of it without one. Errors: InvalidRange.
template <class Out, class In>
Result<ByteRange> render_range(Out& out, const In& in, const ObjectRow& row) {
  ByteRange whole{.first = 0, .size = row.size};
  auto range = in.range ? TRY(parse_range(*in.range, row.size)) : std::optional<ByteRange>();
  if (!range) {
    if (in.checksum_mode) render_checksums(out, row.checksums);
    return whole;
  }
  out.content_length = range->size;
  out.content_range = cat("bytes ", range->first, '-', range->first + range->size - 1, '/', row.size);
  return *range;
}

/// Refuses what a request for an object asks of features that are not here.
template <class In>
Status check_reading(const In& in, const std::string& account_id) {
  TRY(check_version(in.version_id));
  TRY(check_owner(in.expected_bucket_owner, account_id));
  if (in.part_number) return not_implemented("partNumber");
  if (in.sse_customer_algorithm || in.sse_customer_key) return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  return Done{};
}

/// Refuses headers of a new object that ask for features that are not here; to ignore one would be to promise it.
template <class In>
Status check_writing(const In& in, const std::string& account_id) {
  TRY(check_owner(in.expected_bucket_owner, account_id));
  bool own = !in.acl || *in.acl == ObjectCannedACL::private_ || *in.acl == ObjectCannedACL::bucket_owner_full_control;
  if (!own) return not_implemented("x-amz-acl");
  if (in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write_acp) return not_implemented("x-amz-grant-*");
  if (in.server_side_encryption || in.ssekms_key_id) return not_implemented("x-amz-server-side-encryption");
  if (in.sse_customer_algorithm || in.sse_customer_key) return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  if (in.storage_class && *in.storage_class != StorageClass::standard) return not_implemented("x-amz-storage-class");
  if (in.website_redirect_location) return not_implemented("x-amz-website-redirect-location");
  if (in.tagging && !in.tagging->empty()) return not_implemented("x-amz-tagging");
  if (in.object_lock_mode || in.object_lock_retain_until_date || in.object_lock_legal_hold_status) return not_implemented("x-amz-object-lock-*");
  TRY(check_key(in.key));
  return check_metadata(in.metadata);
}

/// Puts what a request says of a new object into its row, or into that of its upload.
template <class Row, class In>
void describe_object(Row& row, const In& in) {
  row.content_type = in.content_type;
  row.content_language = in.content_language;
  row.content_disposition = in.content_disposition;
  row.content_encoding = encoding_of(in.content_encoding);
  row.cache_control = in.cache_control;
  row.expires = in.expires;
  row.metadata = in.metadata.value_or(std::map<std::string, std::string>());
}

}  // namespace roadstead::s3
