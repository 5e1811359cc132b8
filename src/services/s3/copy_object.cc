#include "services/s3/copy_source.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

/// The row of the copy: the same content under another name.
Result<ObjectRow> copy_of(const CopyObjectRequest& in, const CopySourceParts& from, const ObjectRow& source) {
  auto row = source;
  row.bucket_name = in.bucket;
  row.object_key = in.key;
  bool replaces = in.metadata_directive == MetadataDirective::replace;
  if (replaces) describe_object(row, in);
  bool itself = from.bucket == in.bucket && from.key == in.key;
  if (itself && !replaces) {
    return refusal(
        "InvalidRequest",
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
        "storage class, website redirect location or encryption attributes."
    );
  }
  return row;
}

}  // namespace

Result<CopyObjectOutput> copy_object(ObjectStore& store, const Caller& who, const CopyObjectRequest& in) {
  TRY(check_writing(in, who.account_id));
  TRY(check_owner(in.expected_source_bucket_owner, who.account_id));
  if (in.if_match || in.if_none_match) return not_implemented("If-Match and If-None-Match of a copy");
  auto from = TRY(parse_copy_source(in.copy_source));
  ObjectRow copied;
  std::string replaced;
  auto done = store.transact([&](Tx& tx) -> Status {
    auto source = TRY(find_object(tx, from.bucket, from.key));
    TRY(check_copied(copy_conditions_of(in), *source));
    copied = TRY(copy_of(in, from, *source));
    copied.last_modified_at = tx.now();
    replaced = TRY(replace_object(tx, copied));
    return Done{};
  });
  TRY(done);
  store.let_go({replaced});
  CopyObjectOutput out;
  auto& result = out.copy_object_result.emplace();
  result.e_tag = quoted(copied.etag);
  result.last_modified = copied.last_modified_at;
  render_checksums(result, copied.checksums);
  return out;
}

}  // namespace roadstead::s3
