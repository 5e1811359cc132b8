// Objects of S3 as their operations and the node need them: rows changed in transactions that are waited for, and bytes that are
// on the disk before a row names them. An object is there, whole, or it is not.
// Any thread but the state thread; blocks. What a request may do is the service's matter (services/s3).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "objectstore/object_files.h"
#include "store/transactor.h"

namespace roadstead {

struct ObjectRow;

/// An object and its bytes.
struct FoundObject {
  std::shared_ptr<const ObjectRow> row;
  std::string bytes;
};

/// The key of an object's row; sorts by bucket, then by the bytes of the key.
std::string object_row_key(const std::string& bucket, const std::string& key);

/// The object of that name. Errors: NoSuchBucket, NoSuchKey. State thread.
Result<std::shared_ptr<const ObjectRow>> find_object(const Reader& rows, const std::string& bucket, const std::string& key);

/// Stores a row; gives the content that it replaces, or an empty text. Errors: NoSuchBucket. State thread.
Result<std::string> replace_object(Tx& tx, ObjectRow row);

class ObjectStore {
 public:
  /// Both must outlive it.
  ObjectStore(ObjectFiles& files, Transactor& transactor) : files_(files), transactor_(transactor) {}

  /// Runs one transaction and waits for it, so `work` may refer to what is on the caller's stack.
  Status transact(Work work);

  /// Makes bytes durable; `row` is then to be committed while the hold lives. Errors: those of io/file.h.
  Result<ObjectFiles::Hold> hold(std::string_view bytes) { return files_.put(bytes); }

  /// The object as it is now. Errors: NoSuchBucket, NoSuchKey, InternalError when its bytes are lost.
  Result<FoundObject> read(const std::string& bucket, const std::string& key);

  /// Removes the bytes of contents that no row names any more; empty names are nothing.
  void let_go(const std::vector<std::string>& contents);

 private:
  ObjectFiles& files_;
  Transactor& transactor_;
};

/// Removes what a crash has left behind; before anybody asks for objects. Errors: those of io/file.h.
Status sweep_objects(ObjectFiles& files, const Reader& rows);

}  // namespace roadstead
