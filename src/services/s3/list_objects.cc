#include <algorithm>

#include "base/data/encode.h"
#include "base/text/text.h"
#include "services/s3/key_writer.h"
#include "services/s3/listing.h"
#include "services/s3/object_rules.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

constexpr std::int32_t most_keys = 1000;

Result<std::size_t> most_of(const std::optional<std::int32_t>& max_keys) {
  if (max_keys && *max_keys < 0) return refusal("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  return static_cast<std::size_t>(std::min(max_keys.value_or(most_keys), most_keys));
}

Status check_listing(const Reader& rows, const Caller& who, const std::string& bucket, const std::optional<std::string>& owner) {
  if (!rows.contains<BucketRow>(bucket)) return refusal("NoSuchBucket", "The specified bucket does not exist");
  return check_owner(owner, who.account_id);
}

Object render_listed(const ObjectRow& row, const KeyWriter& write) {
  Object out;
  out.key = write(row.object_key);
  out.last_modified = row.last_modified_at;
  out.e_tag = quoted(row.etag);
  out.size = row.size;
  out.storage_class = ObjectStorageClass::standard;
  if (!row.checksums.empty()) {
    auto algorithm = parse_enum<ChecksumAlgorithm>(row.checksums.begin()->first);
    if (algorithm) out.checksum_algorithm = {*algorithm};
    out.checksum_type = type_of_checksums(row.checksums);
  }
  return out;
}

/// What both versions of the listing answer.
template <class Out, class In>
void render_page(Out& out, const In& in, const ListingPage& page, std::size_t most) {
  KeyWriter write(in.encoding_type.has_value());
  out.name = in.bucket;
  out.prefix = write(in.prefix.value_or(""));
  out.delimiter = write(in.delimiter);
  out.encoding_type = in.encoding_type;
  out.max_keys = static_cast<std::int32_t>(most);
  out.is_truncated = page.truncated;
  if (!page.objects.empty()) out.contents.emplace();
  for (const auto& row : page.objects) out.contents->push_back(render_listed(*row, write));
  if (!page.common_prefixes.empty()) out.common_prefixes.emplace();
  for (const auto& prefix : page.common_prefixes) out.common_prefixes->emplace_back().prefix = write(prefix);
}

}  // namespace

Result<ListObjectsV2Output> list_objects_v2(Tx& tx, const Caller& who, const ListObjectsV2Request& in) {
  TRY(check_listing(tx, who, in.bucket, in.expected_bucket_owner));
  ListingQuery query{
      .bucket = in.bucket,
      .prefix = in.prefix.value_or(""),
      .delimiter = in.delimiter.value_or(""),
      .after = in.start_after.value_or(""),
      .most = TRY(most_of(in.max_keys)),
  };
  if (in.continuation_token) {
    auto place = from_base64(*in.continuation_token);
    if (!place || place->empty() || !is_utf8(*place)) return refusal("InvalidArgument", "The continuation token provided is incorrect");
    query.after = *std::move(place);
  }
  auto page = list_page(tx, query);
  ListObjectsV2Output out;
  render_page(out, in, page, query.most);
  out.key_count = static_cast<std::int32_t>(page.objects.size() + page.common_prefixes.size());
  out.continuation_token = in.continuation_token;
  out.start_after = KeyWriter(in.encoding_type.has_value())(in.start_after);
  if (page.truncated) out.next_continuation_token = to_base64(page.last);
  if (in.fetch_owner.value_or(false) && out.contents) {
    for (auto& object : *out.contents) object.owner.emplace().id = who.account_id;
  }
  return out;
}

Result<ListObjectsOutput> list_objects(Tx& tx, const Caller& who, const ListObjectsRequest& in) {
  TRY(check_listing(tx, who, in.bucket, in.expected_bucket_owner));
  ListingQuery query{
      .bucket = in.bucket,
      .prefix = in.prefix.value_or(""),
      .delimiter = in.delimiter.value_or(""),
      .after = in.marker.value_or(""),
      .most = TRY(most_of(in.max_keys)),
  };
  auto page = list_page(tx, query);
  KeyWriter write(in.encoding_type.has_value());
  ListObjectsOutput out;
  render_page(out, in, page, query.most);
  out.marker = write(query.after);
  if (page.truncated && !query.delimiter.empty()) out.next_marker = write(page.last);
  if (out.contents) {
    for (auto& object : *out.contents) object.owner.emplace().id = who.account_id;
  }
  return out;
}

}  // namespace roadstead::s3
