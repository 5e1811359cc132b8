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
  auto found = TRY(store.read(in.bucket, in.key));
  GetObjectOutput out;
  auto range = TRY(render_answer(out, in, *found.row));
  bool whole = range.size == static_cast<std::int64_t>(found.bytes.size());
  out.body = whole ? std::move(found.bytes) : found.bytes.substr(static_cast<std::size_t>(range.first), static_cast<std::size_t>(range.size));
  return out;
}

}  // namespace roadstead::s3
