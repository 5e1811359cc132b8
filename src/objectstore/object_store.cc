#include "objectstore/object_store.h"

#include <future>

#include "base/text/text.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

Error no_such_bucket() { return {"NoSuchBucket", "The specified bucket does not exist"}; }

Error too_much_at_once() {
  return {"NotImplemented", cat("Roadstead does not read more than ", longest_reading, " bytes of an object at once. Ask for ranges of it.")};
}

}  // namespace

ContentSlice whole_of(const ObjectRow& row) { return {.content = row.content_sha256, .first = 0, .size = row.size}; }

std::string object_row_key(const std::string& bucket, const std::string& key) {
  ObjectRow row;
  row.bucket_name = bucket;
  row.object_key = key;
  return RowTraits<ObjectRow>::key(row);
}

Result<std::shared_ptr<const ObjectRow>> find_object(const Reader& rows, const std::string& bucket, const std::string& key) {
  if (!rows.contains<BucketRow>(bucket)) return no_such_bucket();
  auto row = rows.find<ObjectRow>(object_row_key(bucket, key));
  if (row == nullptr) return Error{"NoSuchKey", "The specified key does not exist."};
  return row;
}

Result<std::string> replace_object(Tx& tx, ObjectRow row) {
  if (!tx.contains<BucketRow>(row.bucket_name)) return no_such_bucket();
  auto before = tx.find<ObjectRow>(object_row_key(row.bucket_name, row.object_key));
  auto content = row.content_sha256;
  tx.put(std::move(row));
  return before == nullptr || before->content_sha256 == content ? std::string() : before->content_sha256;
}

Status ObjectStore::transact(Work work) {
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  transactor_.submit(std::move(work), [promise](Status status) { promise->set_value(std::move(status)); });
  return outcome.get();
}

Result<FoundObject> ObjectStore::read(const std::string& bucket, const std::string& key, const Choose& choose) {
  return again_if_gone([&]() -> Result<FoundObject> {
    std::shared_ptr<const ObjectRow> found;
    auto done = transact([&](Tx& tx) -> Status {
      found = TRY(find_object(tx, bucket, key));
      return Done{};
    });
    TRY(std::move(done));
    auto slice = TRY(choose(*found));
    if (slice.size > longest_reading) return too_much_at_once();
    auto bytes = TRY(files_.get(slice));
    return FoundObject{std::move(found), std::move(bytes)};
  });
}

void ObjectStore::let_go(const std::vector<std::string>& contents) {
  for (const auto& content : contents) {
    if (content.empty()) continue;
    files_.let_go(content, [&] {
      bool named = true;
      auto looked = transact([&](Tx& tx) -> Status {
        named = tx.count(ObjectRowIndex::by_content, content) > 0 || tx.count(UploadPartRowIndex::by_content, content) > 0;
        return Done{};
      });
      return !looked || named;
    });
  }
}

Status sweep_objects(ObjectFiles& files, const Reader& rows) {
  std::set<std::string> named;
  rows.for_each<ObjectRow>([&](const ObjectRow& row) { named.insert(row.content_sha256); });
  rows.for_each<UploadPartRow>([&](const UploadPartRow& row) { named.insert(row.content_sha256); });
  return files.sweep(named);
}

}  // namespace roadstead
