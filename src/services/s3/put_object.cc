#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "services/s3/check_replaced.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

Result<ObjectRow> row_of(const PutObjectRequest& in, std::string_view bytes) {
  ObjectRow row;
  row.bucket_name = in.bucket;
  row.object_key = in.key;
  row.size = static_cast<std::int64_t>(bytes.size());
  row.etag = to_hex(md5(bytes));
  row.checksums = TRY(check_checksums(checksums_of(in), bytes));
  describe_object(row, in);
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
    TRY(check_replaced(tx, in.bucket, in.key, {in.if_match, in.if_none_match}));
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
