#include "objectstore/object_store.h"

#include <future>

#include "base/text/text.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

constexpr int most_attempts = 3;

Error no_such_bucket() { return {"NoSuchBucket", "The specified bucket does not exist"}; }

}  // namespace

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

Result<FoundObject> ObjectStore::read(const std::string& bucket, const std::string& key) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::shared_ptr<const ObjectRow> found;
    auto done = transact([&](Tx& tx) -> Status {
      found = TRY(find_object(tx, bucket, key));
      return Done{};
    });
    TRY(done);
    auto bytes = files_.get(found->content_sha256);
    if (bytes) return FoundObject{found, std::move(bytes).value()};
    // Another request may have replaced the object between the row and the bytes: the next row says so.
    if (bytes.error().code != "NoSuchContent") return std::move(bytes).error();
  }
  return Error{
      "InternalError", "We encountered an internal error. Please try again.", cat("the bytes of ", bucket, '/', key, " are lost")
  };
}

void ObjectStore::let_go(const std::vector<std::string>& contents) {
  for (const auto& content : contents) {
    if (content.empty()) continue;
    files_.let_go(content, [&] {
      bool named = true;
      auto looked = transact([&](Tx& tx) -> Status {
        named = tx.count(ObjectRowIndex::by_content, content) > 0;
        return Done{};
      });
      return !looked || named;
    });
  }
}

Status sweep_objects(ObjectFiles& files, const Reader& rows) {
  std::set<std::string> named;
  rows.for_each<ObjectRow>([&](const ObjectRow& row) { named.insert(row.content_sha256); });
  return files.sweep(named);
}

}  // namespace roadstead
