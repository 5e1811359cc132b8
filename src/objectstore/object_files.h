// The bytes of S3's objects: one file for each content, named by its SHA-256 (docs/formats/objects.md draws the directory).
// Which content belongs to which object is in the rows, and the rows are the truth: a file is there before a row names it, and
// goes after the last such row has gone. What a crash leaves between the two is swept at the next start.
//
//            put ──► held ──► (row committed) ──► released
//   let_go ──► nobody holds it ──► doomed ──► no row names it ──► removed;   put waits while its content is doomed
//
// Any thread but the state thread; blocks on the disk. Knows no buckets and no requests.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

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

  /// The bytes of a content. Errors: NoSuchContent; those of io/file.h.
  Result<std::string> get(const std::string& content) const;

  /// Removes a content that nobody holds and `is_named` says no row names. `is_named` may block.
  void let_go(const std::string& content, const std::function<bool()>& is_named);

  /// Removes every file whose content is not among `named`. Before anything else is asked of it. Errors: those of io/file.h.
  Status sweep(const std::set<std::string>& named);

 private:
  explicit ObjectFiles(std::string directory) : directory_(std::move(directory)) {}

  std::string folder_of(const std::string& content) const;
  std::string path_of(const std::string& content) const;
  Status write(const std::string& content, std::string_view bytes);
  void release(const std::string& content);

  std::string directory_;
  std::mutex mutex_;
  std::condition_variable spared_;
  std::map<std::string, int> holds_;  // guarded by mutex_
  std::set<std::string> doomed_;      // guarded by mutex_
};

}  // namespace roadstead
