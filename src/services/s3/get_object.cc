#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

/// What GetObject and HeadObject have in common; gives the part that is asked for.
template <class Out, class In>
Result<ByteRange> render_answer(Out& out, const In& in, const ObjectRow& row) {
  TRY(check_conditions(conditions_of(in), row.etag, row.last_modified_at.value_or(Instant())));
  render_object(out, in, row);
  return render_range(out, in, row);
}

}  // namespace

Result<HeadObjectOutput> head_object(Tx& tx, const Caller& who, const HeadObjectRequest& in) {
  TRY(check_reading(in, who.account_id));
  auto row = TRY(find_object(tx, in.bucket, in.key));
  HeadObjectOutput out;
  TRY(render_answer(out, in, *row));
  return out;
}

Result<GetObjectOutput> get_object(ObjectStore& store, const Caller& who, const GetObjectRequest& in) {
  TRY(check_reading(in, who.account_id));
  GetObjectOutput out;
  auto read = store.read(in.bucket, in.key, [&](const ObjectRow& row) -> Result<ContentSlice> {
    out = {};
    auto range = TRY(render_answer(out, in, row));
    return ContentSlice{.content = row.content_sha256, .first = range.first, .size = range.size};
  });
  auto found = TRY(std::move(read));
  out.body = std::move(found.bytes);
  return out;
}

Result<GetObjectTaggingOutput> get_object_tagging(Tx& tx, const Caller& who, const GetObjectTaggingRequest& in) {
  TRY(check_version(in.version_id));
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  TRY(find_object(tx, in.bucket, in.key));
  // Tags are refused where an object is written; who copies an object in parts asks for them nevertheless.
  GetObjectTaggingOutput out;
  out.tag_set.emplace();
  return out;
}

}  // namespace roadstead::s3
