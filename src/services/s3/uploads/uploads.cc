// An upload in parts is begun, and given up.
#include "services/s3/operations.h"
#include "services/s3/render_object.h"
#include "services/s3/uploads/upload_rules.h"

namespace roadstead::s3 {

namespace {

constexpr int upload_id_digits = 64;

template <class Enum>
std::optional<std::string> name_of(const std::optional<Enum>& value) {
  if (!value) return std::nullopt;
  return std::string(to_string(*value));
}

}  // namespace

Result<CreateMultipartUploadOutput> create_multipart_upload(Tx& tx, const Caller& who, const CreateMultipartUploadRequest& in) {
  TRY(check_writing(in, who.account_id));
  auto checksum = TRY(choose_checksum({name_of(in.checksum_algorithm), name_of(in.checksum_type)}));
  if (!tx.contains<BucketRow>(in.bucket)) return refusal("NoSuchBucket", "The specified bucket does not exist");
  MultipartUploadRow row;
  row.upload_id = new_hex(tx.ids(), upload_id_digits);
  row.bucket_name = in.bucket;
  row.object_key = in.key;
  row.initiated_at = tx.now();
  describe_object(row, in);
  row.checksum_algorithm = checksum.algorithm;
  row.checksum_type = checksum.type;
  CreateMultipartUploadOutput out;
  out.bucket = in.bucket;
  out.key = in.key;
  out.upload_id = row.upload_id;
  if (checksum.algorithm) out.checksum_algorithm = parse_enum<ChecksumAlgorithm>(*checksum.algorithm);
  if (checksum.type) out.checksum_type = parse_enum<ChecksumType>(*checksum.type);
  tx.put(std::move(row));
  return out;
}

Result<AbortMultipartUploadOutput> abort_multipart_upload(ObjectStore& store, const Caller& who, const AbortMultipartUploadRequest& in) {
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  if (in.if_match_initiated_time) return not_implemented("x-amz-if-match-initiated-time");
  std::vector<std::string> gone;
  auto done = store.transact([&](Tx& tx) -> Status {
    auto upload = TRY(find_upload(tx, in.bucket, in.key, in.upload_id));
    erase_upload(tx, *upload, gone);
    return Done{};
  });
  TRY(std::move(done));
  store.let_go(gone);
  return AbortMultipartUploadOutput();
}

}  // namespace roadstead::s3
