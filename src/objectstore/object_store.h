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

/// The most bytes of an object that are read into memory at once.
inline constexpr std::int64_t longest_reading = std::int64_t{64} << 20;

/// An object and its bytes, or some of them.
struct FoundObject {
  std::shared_ptr<const ObjectRow> row;
  std::string bytes;
};

/// The key of an object's row; sorts by bucket, then by the bytes of the key.
std::string object_row_key(const std::string& bucket, const std::string& key);

/// The object of that name. Errors: NoSuchBucket, NoSuchKey. State thread.
Result<std::shared_ptr<const ObjectRow>> find_object(const Reader& rows, const std::string& bucket, const std::string& key);

/// All bytes of an object.
ContentSlice whole_of(const ObjectRow& row);

/// Does `work` (a look at rows, then the reading of bytes that they name) again when the bytes have gone between the two: the
/// next look says why. Errors: those of `work`; InternalError when they stay away.
template <class Work>
auto again_if_gone(Work&& work) -> decltype(work()) {
  constexpr int most_attempts = 3;
  for (int attempt = 1;; ++attempt) {
    auto outcome = work();
    if (outcome || outcome.error().code != "NoSuchContent") return outcome;
    if (attempt == most_attempts) {
      return Error{"InternalError", "We encountered an internal error. Please try again.", std::move(outcome).error().detail};
    }
  }
}

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

  /// Which bytes of an object are wanted; its errors are those of the reading.
  using Choose = std::function<Result<ContentSlice>(const ObjectRow&)>;

  /// The object as it is now, with the bytes that `choose` wants. Errors: NoSuchBucket, NoSuchKey, InternalError when its bytes
  /// are lost, NotImplemented for more than `longest_reading` at once.
  Result<FoundObject> read(const std::string& bucket, const std::string& key, const Choose& choose = whole_of);

  /// Makes one content of slices of others; see ObjectFiles::join.
  Result<ObjectFiles::Hold> join(const std::vector<ContentSlice>& slices, const std::function<void(std::string_view)>& see) {
    return files_.join(slices, see);
  }

  /// Removes the bytes of contents that no row names any more; empty names are nothing.
  void let_go(const std::vector<std::string>& contents);

 private:
  ObjectFiles& files_;
  Transactor& transactor_;
};

/// Removes what a crash has left behind; before anybody asks for objects. Errors: those of io/file.h.
Status sweep_objects(ObjectFiles& files, const Reader& rows);

}  // namespace roadstead
