// Which uploads of a bucket are not finished, and which parts of one have come.
#include <algorithm>
#include <tuple>

#include "services/s3/key_writer.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"
#include "services/s3/uploads/upload_rules.h"

namespace roadstead::s3 {

namespace {

constexpr std::int32_t most_listed = 1000;

Result<std::size_t> most_of(const std::optional<std::int32_t>& asked, std::string_view name) {
  if (asked && *asked < 0) return refusal("InvalidArgument", cat("Argument ", name, " must be an integer between 0 and 2147483647"));
  return static_cast<std::size_t>(std::min(asked.value_or(most_listed), most_listed));
}

using Uploads = std::vector<std::shared_ptr<const MultipartUploadRow>>;

/// Those of a bucket whose keys have a prefix, by key, then by id.
Uploads uploads_of(const Reader& rows, const std::string& bucket, const std::string& prefix) {
  auto uploads = rows.list(MultipartUploadRowIndex::by_bucket, bucket);
  std::erase_if(uploads, [&](const auto& row) { return !row->object_key.starts_with(prefix); });
  std::ranges::sort(uploads, [](const auto& some, const auto& other) {
    return std::tie(some->object_key, some->upload_id) < std::tie(other->object_key, other->upload_id);
  });
  return uploads;
}

/// What a key is folded into, or an empty text.
std::string common_prefix_of(const ListMultipartUploadsRequest& in, const std::string& key) {
  if (!in.delimiter || in.delimiter->empty()) return {};
  auto found = key.find(*in.delimiter, in.prefix.value_or("").size());
  return found == std::string::npos ? std::string() : key.substr(0, found + in.delimiter->size());
}

/// Whether a page that begins at the request's markers leaves this one out.
bool is_before_page(const ListMultipartUploadsRequest& in, const MultipartUploadRow& row, const std::string& folded) {
  if (!in.key_marker || in.key_marker->empty()) return false;
  if (!folded.empty()) return folded <= *in.key_marker;
  bool same_key = row.object_key == *in.key_marker;
  bool after_id = in.upload_id_marker && !in.upload_id_marker->empty() && row.upload_id > *in.upload_id_marker;
  return row.object_key < *in.key_marker || (same_key && !after_id);
}

MultipartUpload render_upload(const MultipartUploadRow& row, const KeyWriter& write, const Caller& who) {
  MultipartUpload out;
  out.upload_id = row.upload_id;
  out.key = write(row.object_key);
  out.initiated = row.initiated_at;
  out.storage_class = StorageClass::standard;
  out.owner.emplace().id = who.account_id;
  out.initiator.emplace().id = who.account_id;
  if (row.checksum_algorithm) out.checksum_algorithm = parse_enum<ChecksumAlgorithm>(*row.checksum_algorithm);
  if (row.checksum_type) out.checksum_type = parse_enum<ChecksumType>(*row.checksum_type);
  return out;
}

/// Fills a page; what it ends with is where the next one begins.
void render_page(ListMultipartUploadsOutput& out, const ListMultipartUploadsRequest& in, const Uploads& uploads, std::size_t most, const Caller& who) {
  KeyWriter write(in.encoding_type.has_value());
  std::string last_folded;
  std::size_t size = 0;
  for (const auto& row : uploads) {
    auto folded = common_prefix_of(in, row->object_key);
    if (is_before_page(in, *row, folded) || (!folded.empty() && folded == last_folded)) continue;
    if (size == most) {
      out.is_truncated = most > 0;
      return;
    }
    ++size;
    out.next_key_marker = write(folded.empty() ? row->object_key : folded);
    out.next_upload_id_marker = folded.empty() ? row->upload_id : std::string();
    last_folded = folded;
    if (folded.empty()) {
      if (!out.uploads) out.uploads.emplace();
      out.uploads->push_back(render_upload(*row, write, who));
    } else {
      if (!out.common_prefixes) out.common_prefixes.emplace();
      out.common_prefixes->emplace_back().prefix = write(folded);
    }
  }
}

Part render_part(const UploadPartRow& row) {
  Part out;
  out.part_number = row.part_number;
  out.last_modified = row.last_modified_at;
  out.e_tag = quoted(row.etag);
  out.size = row.size;
  render_checksum_values(out, row.checksums);
  return out;
}

}  // namespace

Result<ListMultipartUploadsOutput> list_multipart_uploads(Tx& tx, const Caller& who, const ListMultipartUploadsRequest& in) {
  if (!tx.contains<BucketRow>(in.bucket)) return refusal("NoSuchBucket", "The specified bucket does not exist");
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  auto most = TRY(most_of(in.max_uploads, "max-uploads"));
  KeyWriter write(in.encoding_type.has_value());
  ListMultipartUploadsOutput out;
  out.bucket = in.bucket;
  out.key_marker = write(in.key_marker.value_or(""));
  out.upload_id_marker = in.upload_id_marker.value_or("");
  out.prefix = write(in.prefix.value_or(""));
  out.delimiter = write(in.delimiter);
  out.encoding_type = in.encoding_type;
  out.max_uploads = static_cast<std::int32_t>(most);
  out.is_truncated = false;
  render_page(out, in, uploads_of(tx, in.bucket, in.prefix.value_or("")), most, who);
  return out;
}

Result<ListPartsOutput> list_parts(Tx& tx, const Caller& who, const ListPartsRequest& in) {
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  auto upload = TRY(find_upload(tx, in.bucket, in.key, in.upload_id));
  auto most = TRY(most_of(in.max_parts, "max-parts"));
  auto after = in.part_number_marker.value_or(0);
  ListPartsOutput out;
  out.bucket = in.bucket;
  out.key = in.key;
  out.upload_id = in.upload_id;
  out.part_number_marker = after;
  out.max_parts = static_cast<std::int32_t>(most);
  out.is_truncated = false;
  out.owner.emplace().id = who.account_id;
  out.initiator.emplace().id = who.account_id;
  out.storage_class = StorageClass::standard;
  if (upload->checksum_algorithm) out.checksum_algorithm = parse_enum<ChecksumAlgorithm>(*upload->checksum_algorithm);
  if (upload->checksum_type) out.checksum_type = parse_enum<ChecksumType>(*upload->checksum_type);
  out.next_part_number_marker = 0;
  for (const auto& part : parts_of(tx, in.upload_id)) {
    if (part->part_number <= after) continue;
    if ((out.parts ? out.parts->size() : 0) == most) {
      out.is_truncated = most > 0;
      break;
    }
    if (!out.parts) out.parts.emplace();
    out.parts->push_back(render_part(*part));
    out.next_part_number_marker = part->part_number;
  }
  return out;
}

}  // namespace roadstead::s3
