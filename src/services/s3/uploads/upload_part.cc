// A part of an upload comes: its bytes in the request, or those of an object that is there.
#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "services/s3/copy_source.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"
#include "services/s3/uploads/upload_rules.h"

namespace roadstead::s3 {

namespace {

constexpr std::int64_t longest_part = std::int64_t{5} << 30;

/// A part whose bytes are on the disk, and what keeps them there until its row is.
struct StoredPart {
  UploadPartRow row;
  ObjectFiles::Hold hold;
};

Result<std::shared_ptr<const MultipartUploadRow>> upload_of(
    ObjectStore& store, const std::string& bucket, const std::string& key, const std::string& upload_id
) {
  std::shared_ptr<const MultipartUploadRow> upload;
  auto done = store.transact([&](Tx& tx) -> Status {
    upload = TRY(find_upload(tx, bucket, key, upload_id));
    return Done{};
  });
  TRY(std::move(done));
  return upload;
}

/// Commits a part, in place of one of that number; gives its row as it is stored.
template <class In>
Result<UploadPartRow> commit_part(ObjectStore& store, const In& in, StoredPart stored) {
  auto row = std::move(stored.row);
  row.upload_id = in.upload_id;
  row.part_number = in.part_number;
  row.content_sha256 = stored.hold.content();
  std::string replaced;
  auto committed = store.transact([&](Tx& tx) -> Status {
    TRY(find_upload(tx, in.bucket, in.key, in.upload_id));
    auto before = tx.find<UploadPartRow>(part_row_key(in.upload_id, in.part_number));
    if (before != nullptr && before->content_sha256 != row.content_sha256) replaced = before->content_sha256;
    row.last_modified_at = tx.now();
    tx.put(row);
    return Done{};
  });
  { auto released = std::move(stored.hold); }
  store.let_go({committed ? replaced : row.content_sha256});
  TRY(std::move(committed));
  return row;
}

/// The checksum that is stored with a part: what the client gave, else what the upload is checked by.
Result<ObjectChecksums> part_checksums(const MultipartUploadRow& upload, const ObjectChecksums& given, std::string_view bytes) {
  TRY(check_part_algorithm(upload, given));
  if (!given.empty()) return check_checksums(given, bytes);
  auto algorithm = part_algorithm(upload);
  return ObjectChecksums{{algorithm, to_base64(checksum_of(algorithm, bytes).value_or(""))}};
}

Status check_copying(const UploadPartCopyRequest& in, const std::string& account_id) {
  TRY(check_owner(in.expected_bucket_owner, account_id));
  TRY(check_owner(in.expected_source_bucket_owner, account_id));
  if (in.sse_customer_algorithm || in.copy_source_sse_customer_algorithm) {
    return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  }
  return check_part_number(in.part_number);
}

/// Which bytes of which object the part is to have.
Result<ContentSlice> slice_of(const Reader& rows, const UploadPartCopyRequest& in, const CopySourceParts& from) {
  auto source = TRY(find_object(rows, from.bucket, from.key));
  TRY(check_copied(copy_conditions_of(in), *source));
  auto slice = whole_of(*source);
  if (in.copy_source_range) {
    auto range = TRY(parse_copy_range(*in.copy_source_range, source->size));
    slice.first = range.first;
    slice.size = range.size;
  }
  if (slice.size <= longest_part) return slice;
  return refusal(
      "InvalidRequest", cat("The specified copy source is larger than the maximum allowable size for a copy source: ", longest_part)
  );
}

/// Looks up what is to be copied, and copies its bytes.
Result<StoredPart> copy_part(ObjectStore& store, const UploadPartCopyRequest& in, const CopySourceParts& from) {
  std::shared_ptr<const MultipartUploadRow> upload;
  ContentSlice slice;
  auto looked = store.transact([&](Tx& tx) -> Status {
    upload = TRY(find_upload(tx, in.bucket, in.key, in.upload_id));
    slice = TRY(slice_of(tx, in, from));
    return Done{};
  });
  TRY(std::move(looked));
  auto algorithm = part_algorithm(*upload);
  auto checksum = start_checksum(algorithm);
  auto digest = start_checksum("MD5");
  auto hold = TRY(store.join({slice}, [&](std::string_view piece) {
    checksum->update(piece);
    digest->update(piece);
  }));
  UploadPartRow row;
  row.size = slice.size;
  row.etag = to_hex(digest->finish());
  row.checksums = {{algorithm, to_base64(checksum->finish())}};
  return StoredPart{std::move(row), std::move(hold)};
}

}  // namespace

Result<UploadPartOutput> upload_part(ObjectStore& store, const Caller& who, const UploadPartRequest& in) {
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  if (in.sse_customer_algorithm || in.sse_customer_key) return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  TRY(check_part_number(in.part_number));
  static const std::string nothing;
  const auto& bytes = in.body ? *in.body : nothing;
  if (in.content_md5) TRY(check_content_md5(*in.content_md5, bytes));
  auto upload = TRY(upload_of(store, in.bucket, in.key, in.upload_id));
  UploadPartRow row;
  row.size = static_cast<std::int64_t>(bytes.size());
  row.etag = to_hex(md5(bytes));
  row.checksums = TRY(part_checksums(*upload, checksums_of(in), bytes));
  auto hold = TRY(store.hold(bytes));
  auto committed = TRY(commit_part(store, in, StoredPart{std::move(row), std::move(hold)}));
  UploadPartOutput out;
  out.e_tag = quoted(committed.etag);
  render_checksum_values(out, committed.checksums);
  return out;
}

Result<UploadPartCopyOutput> upload_part_copy(ObjectStore& store, const Caller& who, const UploadPartCopyRequest& in) {
  TRY(check_copying(in, who.account_id));
  auto from = TRY(parse_copy_source(in.copy_source));
  auto stored = TRY(again_if_gone([&] { return copy_part(store, in, from); }));
  auto committed = TRY(commit_part(store, in, std::move(stored)));
  UploadPartCopyOutput out;
  auto& result = out.copy_part_result.emplace();
  result.e_tag = quoted(committed.etag);
  result.last_modified = committed.last_modified_at;
  render_checksum_values(result, committed.checksums);
  return out;
}

}  // namespace roadstead::s3
