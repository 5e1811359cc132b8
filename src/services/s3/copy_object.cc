#include "base/data/encode.h"
#include "services/s3/operations.h"
#include "services/s3/render_object.h"

namespace roadstead::s3 {

namespace {

struct CopySourceParts {
  std::string bucket;
  std::string key;
};

/// "[/]bucket/key[?versionId=null]", percent-encoded.
Result<CopySourceParts> parse_copy_source(std::string_view text) {
  auto question = text.find("?versionId=");
  if (question != std::string_view::npos) TRY(check_version(std::string(text.substr(question + 11))));
  auto decoded = percent_decode(text.substr(0, question));
  auto source = std::string_view(decoded ? *decoded : std::string_view());
  if (source.starts_with('/')) source.remove_prefix(1);
  auto slash = source.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == source.size() || !is_utf8(source)) {
    return refusal("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  return CopySourceParts{std::string(source.substr(0, slash)), std::string(source.substr(slash + 1))};
}

Status check_source(const CopyObjectRequest& in, const ObjectRow& source) {
  ObjectConditions conditions{
      in.copy_source_if_match, in.copy_source_if_none_match, in.copy_source_if_modified_since, in.copy_source_if_unmodified_since
  };
  auto checked = check_conditions(conditions, source.etag, source.last_modified_at.value_or(Instant()));
  if (checked || checked.error().code != "NotModified") return checked;
  return refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
}

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
    TRY(check_source(in, *source));
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
