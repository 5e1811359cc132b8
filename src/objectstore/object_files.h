// The bytes of S3's objects: one file for each content, named by its SHA-256 (docs/formats/objects.md draws the directory).
// Which content belongs to which object is in the rows, and the rows are the truth: a file is there before a row names it, and
// goes after the last such row has gone. What a crash leaves between the two is swept at the next start.
//
//      put, join ──► held ──► (row committed) ──► released
//   let_go ──► nobody holds it ──► doomed ──► no row names it ──► removed;   put waits while its content is doomed
//
// Any thread but the state thread; blocks on the disk. Knows no buckets and no requests.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// Bytes [first, first + size) of a content.
struct ContentSlice {
  std::string content;
  std::int64_t first = 0;
  std::int64_t size = 0;
};

class ObjectFiles {
 public:
  /// Keeps a content from being removed for as long as it lives; the files must outlive it.
  class Hold {
   public:
    Hold(ObjectFiles& files, std::string content) : files_(&files), content_(std::move(content)) {}
    Hold(Hold&& other) noexcept : files_(std::exchange(other.files_, nullptr)), content_(std::move(other.content_)) {}
    Hold& operator=(Hold&&) = delete;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold();

    /// The SHA-256 of the bytes, in hexadecimal.
    const std::string& content() const { return content_; }

   private:
    ObjectFiles* files_;
    std::string content_;
  };

  /// Errors: those of io/file.h.
  static Result<std::unique_ptr<ObjectFiles>> open(const std::string& directory);

  ObjectFiles(const ObjectFiles&) = delete;
  ObjectFiles& operator=(const ObjectFiles&) = delete;

  /// Makes the bytes durable, unless they are there already. Errors: those of io/file.h.
  Result<Hold> put(std::string_view bytes);

  /// Makes a content of slices of others durable, without having more than a piece of it in memory. `see` is shown all bytes,
  /// in their order. Errors: NoSuchContent for a slice that is not there, whole; those of io/file.h.
  Result<Hold> join(const std::vector<ContentSlice>& slices, const std::function<void(std::string_view)>& see);

  /// The bytes of a content. Errors: NoSuchContent; those of io/file.h.
  Result<std::string> get(const std::string& content) const;

  /// The bytes of a slice of it. Errors: NoSuchContent; those of io/file.h.
  Result<std::string> get(const ContentSlice& slice) const;

  /// Removes a content that nobody holds and `is_named` says no row names. `is_named` may block.
  void let_go(const std::string& content, const std::function<bool()>& is_named);

  /// Removes every file whose content is not among `named`. Before anything else is asked of it. Errors: those of io/file.h.
  Status sweep(const std::set<std::string>& named);

 private:
  explicit ObjectFiles(std::string directory) : directory_(std::move(directory)) {}

  std::string folder_of(const std::string& content) const;
  std::string path_of(const std::string& content) const;
  Status write(const std::string& content, std::string_view bytes);
  Hold hold(const std::string& content);
  /// Whether the file of a content is there for good; makes the folder it belongs into if not.
  Result<bool> has(const std::string& content);
  Status copy(const ContentSlice& slice, const std::function<Status(std::string_view)>& take) const;
  void release(const std::string& content);

  std::string directory_;
  std::atomic<std::uint64_t> joins_{0};
  std::mutex mutex_;
  std::condition_variable spared_;
  std::map<std::string, int> holds_;  // guarded by mutex_
  std::set<std::string> doomed_;      // guarded by mutex_
};

}  // namespace roadstead
