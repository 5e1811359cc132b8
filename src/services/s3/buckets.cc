#include <algorithm>

#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "services/s3/object_rules.h"
#include "services/s3/operations.h"
#include "services/s3/uploads/upload_rows.h"

namespace roadstead::s3 {

namespace {

constexpr std::size_t most_buckets = 1000;
constexpr std::string_view oldest_region = "us-east-1";

/// Where the buckets of this installation are.
std::string region_of(const Reader& rows, const Caller& who) {
  auto installation = rows.find<InstallationRow>("local");
  return installation == nullptr ? who.region : installation->region;
}

Result<std::shared_ptr<const BucketRow>> find_bucket(
    const Reader& rows, const Caller& who, const std::string& name, const std::optional<std::string>& owner
) {
  auto bucket = rows.find<BucketRow>(name);
  if (bucket == nullptr) return refusal("NoSuchBucket", "The specified bucket does not exist");
  TRY(check_owner(owner, who.account_id));
  return bucket;
}

Status check_location(const CreateBucketRequest& in, const std::string& region) {
  if (!in.create_bucket_configuration) return Done{};
  const auto& configuration = *in.create_bucket_configuration;
  if (configuration.bucket || configuration.location) return not_implemented("directory buckets");
  if (configuration.tags && !configuration.tags->empty()) return not_implemented("tags of buckets");
  if (!configuration.location_constraint) return Done{};
  std::string wanted(to_string(*configuration.location_constraint));
  if (wanted == region || (wanted == "EU" && region == "eu-west-1")) return Done{};
  return refusal(
      "IllegalLocationConstraintException",
      cat("The ", wanted, " location constraint is incompatible for the region specific endpoint this request was sent to.")
  );
}

}  // namespace

Result<CreateBucketOutput> create_bucket(Tx& tx, const Caller& who, const CreateBucketRequest& in) {
  TRY(check_bucket_name(in.bucket));
  if (in.acl && *in.acl != BucketCannedACL::private_) return not_implemented("x-amz-acl");
  if (in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write || in.grant_write_acp) return not_implemented("x-amz-grant-*");
  if (in.object_lock_enabled_for_bucket.value_or(false)) return not_implemented("x-amz-bucket-object-lock-enabled");
  TRY(check_location(in, region_of(tx, who)));
  if (tx.contains<BucketRow>(in.bucket)) {
    return refusal("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.");
  }
  if (tx.count<BucketRow>() >= most_buckets) {
    return refusal("TooManyBuckets", "You have attempted to create more buckets than allowed");
  }
  BucketRow row;
  row.bucket_name = in.bucket;
  row.created_at = tx.now();
  tx.put(std::move(row));
  CreateBucketOutput out;
  out.location = cat('/', in.bucket);
  return out;
}

Result<Done> delete_bucket(ObjectStore& store, const Caller& who, const DeleteBucketRequest& in) {
  std::vector<std::string> gone;
  auto done = store.transact([&](Tx& tx) -> Status {
    TRY(find_bucket(tx, who, in.bucket, in.expected_bucket_owner));
    if (tx.count(ObjectRowIndex::by_bucket, in.bucket) > 0) {
      return refusal("BucketNotEmpty", "The bucket you tried to delete is not empty");
    }
    // Unfinished uploads are no objects: they go with the bucket.
    for (const auto& upload : tx.list(MultipartUploadRowIndex::by_bucket, in.bucket)) erase_upload(tx, *upload, gone);
    tx.erase<BucketRow>(in.bucket);
    return Done{};
  });
  TRY(std::move(done));
  store.let_go(gone);
  return Done{};
}

Result<GetBucketLocationOutput> get_bucket_location(Tx& tx, const Caller& who, const GetBucketLocationRequest& in) {
  TRY(find_bucket(tx, who, in.bucket, in.expected_bucket_owner));
  GetBucketLocationOutput out;
  auto region = region_of(tx, who);
  // The oldest region has no constraint.
  if (region != oldest_region) out.location_constraint = parse_enum<BucketLocationConstraint>(region);
  return out;
}

/// Objects have one version, so the configuration is empty, as of a bucket whose versioning was never switched on.
Result<GetBucketVersioningOutput> get_bucket_versioning(Tx& tx, const Caller& who, const GetBucketVersioningRequest& in) {
  TRY(find_bucket(tx, who, in.bucket, in.expected_bucket_owner));
  return GetBucketVersioningOutput{};
}

Result<HeadBucketOutput> head_bucket(Tx& tx, const Caller& who, const HeadBucketRequest& in) {
  TRY(find_bucket(tx, who, in.bucket, in.expected_bucket_owner));
  HeadBucketOutput out;
  out.bucket_region = region_of(tx, who);
  return out;
}

Result<ListBucketsOutput> list_buckets(Tx& tx, const Caller& who, const ListBucketsRequest& in) {
  ListBucketsOutput out;
  auto region = region_of(tx, who);
  out.owner.emplace().id = who.account_id;
  out.buckets.emplace();
  out.prefix = in.prefix;
  if (in.bucket_region && *in.bucket_region != region) return out;
  auto most = static_cast<std::size_t>(std::max(1, in.max_buckets.value_or(static_cast<std::int32_t>(most_buckets))));
  auto after = in.continuation_token.value_or("");
  for (const auto& row : tx.scan<BucketRow>(after, most_buckets)) {
    if (in.prefix && !row->bucket_name.starts_with(*in.prefix)) continue;
    if (out.buckets->size() == most) {
      out.continuation_token = out.buckets->back().name;
      break;
    }
    Bucket bucket;
    bucket.name = row->bucket_name;
    bucket.creation_date = row->created_at;
    bucket.bucket_region = region;
    out.buckets->push_back(std::move(bucket));
  }
  return out;
}

}  // namespace roadstead::s3
