// The parts of an upload become an object: chosen by the client's list, joined on the disk, then named by one transaction.
//
//   rows ─► parts of the list ─► joined into one file ─► transaction: the object's row is there, upload and parts are gone
//                                      │
//         a part that is replaced or an upload that ends meanwhile: the transaction sees it, and nothing happens
#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "services/s3/check_replaced.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"
#include "services/s3/uploads/upload_rules.h"

namespace roadstead::s3 {

namespace {

/// What is to become an object.
struct Choice {
  std::shared_ptr<const MultipartUploadRow> upload;
  UploadParts parts;
};

struct JoinedObject {
  ObjectRow row;
  UploadParts parts;
  ObjectFiles::Hold hold;
};

Result<Choice> choose(const Reader& rows, const CompleteMultipartUploadRequest& in) {
  static const std::vector<CompletedPart> none;
  const auto& listed = in.multipart_upload && in.multipart_upload->parts ? *in.multipart_upload->parts : none;
  auto upload = TRY(find_upload(rows, in.bucket, in.key, in.upload_id));
  auto parts = TRY(choose_parts(*upload, parts_of(rows, in.upload_id), listed));
  return Choice{std::move(upload), std::move(parts)};
}

ObjectRow row_of(const MultipartUploadRow& upload, const UploadParts& parts) {
  ObjectRow row;
  row.bucket_name = upload.bucket_name;
  row.object_key = upload.object_key;
  row.size = size_of(parts);
  row.etag = etag_of(parts);
  row.content_type = upload.content_type;
  row.content_encoding = upload.content_encoding;
  row.content_language = upload.content_language;
  row.content_disposition = upload.content_disposition;
  row.cache_control = upload.cache_control;
  row.expires = upload.expires;
  row.metadata = upload.metadata;
  return row;
}

Status check_size(const std::optional<std::int64_t>& told, std::int64_t size) {
  if (!told || *told == size) return Done{};
  return refusal(
      "InvalidRequest", cat("The provided 'x-amz-mp-object-size' header value ", *told, " does not match what was computed: ", size)
  );
}

Result<JoinedObject> join(ObjectStore& store, const CompleteMultipartUploadRequest& in) {
  Choice chosen;
  auto looked = store.transact([&](Tx& tx) -> Status {
    chosen = TRY(choose(tx, in));
    return Done{};
  });
  TRY(std::move(looked));
  std::optional<std::string> type;
  if (in.checksum_type) type = std::string(to_string(*in.checksum_type));
  auto plan = TRY(plan_object_checksum(*chosen.upload, checksums_of(in), type));
  auto row = row_of(*chosen.upload, chosen.parts);
  TRY(check_size(in.mpu_object_size, row.size));
  std::vector<ContentSlice> slices;
  for (const auto& part : chosen.parts) slices.push_back({.content = part->content_sha256, .first = 0, .size = part->size});
  auto whole = plan.composite ? nullptr : start_checksum(plan.algorithm);
  auto hold = TRY(store.join(slices, [&](std::string_view piece) {
    if (whole != nullptr) whole->update(piece);
  }));
  auto checksum = plan.composite ? composite_checksum(plan.algorithm, chosen.parts) : to_base64(whole->finish());
  row.checksums = {{plan.algorithm, checksum}};
  row.content_sha256 = hold.content();
  // What is refused now has been joined for nothing: its file must not stay.
  auto checked = check_object_checksum(plan, checksum);
  if (checked) return JoinedObject{std::move(row), std::move(chosen.parts), std::move(hold)};
  { auto released = std::move(hold); }
  store.let_go({row.content_sha256});
  return std::move(checked).error();
}

bool same_contents(const UploadParts& some, const UploadParts& others) {
  if (some.size() != others.size()) return false;
  for (std::size_t at = 0; at < some.size(); ++at) {
    if (some[at]->content_sha256 != others[at]->content_sha256) return false;
  }
  return true;
}

/// Commits the object in place of its upload; gives its row as it is stored.
Result<ObjectRow> commit(ObjectStore& store, const CompleteMultipartUploadRequest& in, JoinedObject joined) {
  auto row = std::move(joined.row);
  std::vector<std::string> gone;
  auto committed = store.transact([&](Tx& tx) -> Status {
    auto now = TRY(choose(tx, in));
    if (!same_contents(now.parts, joined.parts)) return refusal("InvalidPart", "A part was uploaded again while the upload was completed.");
    TRY(check_replaced(tx, in.bucket, in.key, {in.if_match, in.if_none_match}));
    row.last_modified_at = tx.now();
    gone.push_back(TRY(replace_object(tx, row)));
    erase_upload(tx, *now.upload, gone);
    return Done{};
  });
  { auto released = std::move(joined.hold); }
  if (!committed) gone = {row.content_sha256};
  store.let_go(gone);
  TRY(std::move(committed));
  return row;
}

}  // namespace

Result<CompleteMultipartUploadOutput> complete_multipart_upload(
    ObjectStore& store, const Caller& who, const CompleteMultipartUploadRequest& in
) {
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  auto joined = TRY(again_if_gone([&] { return join(store, in); }));
  auto row = TRY(commit(store, in, std::move(joined)));
  CompleteMultipartUploadOutput out;
  out.location = cat('/', in.bucket, '/', percent_encode(in.key, true));
  out.bucket = in.bucket;
  out.key = in.key;
  out.e_tag = quoted(row.etag);
  render_checksums(out, row.checksums);
  return out;
}

}  // namespace roadstead::s3
