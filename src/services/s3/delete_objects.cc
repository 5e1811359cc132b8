#include "rows/rows.gen.h"
#include "services/s3/object_rules.h"
#include "services/s3/operations.h"

namespace roadstead::s3 {

namespace {

constexpr std::size_t most_keys = 1000;

/// Takes an object away; what is not there is gone already. Gives its content.
std::string erase_object(Tx& tx, const std::string& bucket, const std::string& key) {
  auto row = tx.find<ObjectRow>(object_row_key(bucket, key));
  if (row == nullptr) return {};
  tx.erase<ObjectRow>(object_row_key(bucket, key));
  return row->content_sha256;
}

Status check_bucket(const Reader& rows, const std::string& bucket) {
  if (rows.contains<BucketRow>(bucket)) return Done{};
  return refusal("NoSuchBucket", "The specified bucket does not exist");
}

}  // namespace

Result<DeleteObjectOutput> delete_object(ObjectStore& store, const Caller& who, const DeleteObjectRequest& in) {
  TRY(check_version(in.version_id));
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  if (in.if_match_last_modified_time || in.if_match_size) return not_implemented("x-amz-if-match-*");
  std::string gone;
  auto done = store.transact([&](Tx& tx) -> Status {
    TRY(check_bucket(tx, in.bucket));
    if (in.if_match) {
      auto row = TRY(find_object(tx, in.bucket, in.key));
      if (!matches_etag(*in.if_match, row->etag)) return refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    gone = erase_object(tx, in.bucket, in.key);
    return Done{};
  });
  TRY(done);
  store.let_go({gone});
  return DeleteObjectOutput();
}

Result<DeleteObjectsOutput> delete_objects(ObjectStore& store, const Caller& who, const DeleteObjectsRequest& in) {
  TRY(check_owner(in.expected_bucket_owner, who.account_id));
  const auto& objects = in.delete_.objects;
  if (objects.empty() || objects.size() > most_keys) {
    return refusal("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
  }
  DeleteObjectsOutput out;
  std::vector<std::string> keys;
  for (const auto& object : objects) {
    auto version = check_version(object.version_id);
    bool conditional = object.e_tag || object.last_modified_time || object.size;
    if (version && !conditional) {
      keys.push_back(object.key);
      continue;
    }
    auto why = version ? not_implemented("conditions in DeleteObjects") : version.error();
    if (!out.errors) out.errors.emplace();
    auto& problem = out.errors->emplace_back();
    problem.key = object.key;
    problem.code = why.code;
    problem.message = why.message;
  }
  std::vector<std::string> gone;
  auto done = store.transact([&](Tx& tx) -> Status {
    TRY(check_bucket(tx, in.bucket));
    for (const auto& key : keys) gone.push_back(erase_object(tx, in.bucket, key));
    return Done{};
  });
  TRY(done);
  store.let_go(gone);
  if (in.delete_.quiet.value_or(false) || keys.empty()) return out;
  out.deleted.emplace();
  for (const auto& key : keys) out.deleted->emplace_back().key = key;
  return out;
}

}  // namespace roadstead::s3
