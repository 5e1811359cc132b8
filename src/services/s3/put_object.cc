#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

/// Content-Encoding without the framing of the upload, which is not the object's.
std::optional<std::string> encoding_of(const std::optional<std::string>& given) {
  if (!given) return std::nullopt;
  std::vector<std::string> kept;
  for (auto piece : split(*given, ',')) {
    if (!trim(piece).empty() && !equal_ignoring_case(trim(piece), "aws-chunked")) kept.emplace_back(trim(piece));
  }
  if (kept.empty()) return std::nullopt;
  return join(kept, ",");
}

/// Errors: PreconditionFailed, NoSuchKey: what the request wants of the object that it replaces.
Status check_replaced(const Reader& rows, const PutObjectRequest& in) {
  if (in.if_none_match && *in.if_none_match != "*") return not_implemented("If-None-Match with anything but *");
  if (!in.if_match && !in.if_none_match) return Done{};
  auto before = find_object(rows, in.bucket, in.key);
  if (!before && before.error().code == "NoSuchBucket") return std::move(before).error();
  bool refused = in.if_none_match ? before.has_value() : before && !matches_etag(*in.if_match, (*before)->etag);
  if (refused) return refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  return in.if_match && !before ? Status(std::move(before).error()) : Status(Done{});
}

Result<ObjectRow> row_of(const PutObjectRequest& in, std::string_view bytes) {
  ObjectRow row;
  row.bucket_name = in.bucket;
  row.object_key = in.key;
  row.size = static_cast<std::int64_t>(bytes.size());
  row.etag = to_hex(md5(bytes));
  row.checksums = TRY(check_checksums(checksums_of(in), bytes));
  describe_object(row, in);
  row.content_encoding = encoding_of(in.content_encoding);
  return row;
}

}  // namespace

Result<PutObjectOutput> put_object(ObjectStore& store, const Caller& who, const PutObjectRequest& in) {
  TRY(check_writing(in, who.account_id));
  if (in.write_offset_bytes) return not_implemented("x-amz-write-offset-bytes");
  static const std::string nothing;
  const auto& bytes = in.body ? *in.body : nothing;
  if (in.content_md5) TRY(check_content_md5(*in.content_md5, bytes));
  auto row = TRY(row_of(in, bytes));
  PutObjectOutput out;
  out.e_tag = quoted(row.etag);
  render_checksums(out, row.checksums);
  // The bytes are on the disk before the row says so. If it never does, they go again.
  std::string replaced;
  auto hold = std::make_unique<ObjectFiles::Hold>(TRY(store.hold(bytes)));
  row.content_sha256 = hold->content();
  auto content = row.content_sha256;
  auto stored = store.transact([&](Tx& tx) -> Status {
    TRY(check_replaced(tx, in));
    row.last_modified_at = tx.now();
    replaced = TRY(replace_object(tx, row));
    return Done{};
  });
  hold.reset();
  store.let_go({stored ? replaced : content});
  TRY(std::move(stored));
  return out;
}

}  // namespace roadstead::s3
