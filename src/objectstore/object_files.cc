#include "objectstore/object_files.h"

#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::size_t folder_digits = 2;

}  // namespace

ObjectFiles::Hold::~Hold() {
  if (files_ != nullptr) files_->release(content_);
}

Result<std::unique_ptr<ObjectFiles>> ObjectFiles::open(const std::string& directory) {
  TRY(make_directories(directory, 0700));
  return std::unique_ptr<ObjectFiles>(new ObjectFiles(directory));
}

std::string ObjectFiles::folder_of(const std::string& content) const {
  return cat(directory_, '/', content.substr(0, folder_digits));
}

std::string ObjectFiles::path_of(const std::string& content) const { return cat(folder_of(content), '/', content); }

Status ObjectFiles::write(const std::string& content, std::string_view bytes) {
  // Whoever wrote it may not have come to syncing its name yet.
  if (exists(path_of(content))) return sync_directory(folder_of(content));
  if (!exists(folder_of(content))) {
    TRY(make_directories(folder_of(content), 0700));
    TRY(sync_directory(directory_));
  }
  return write_file_atomic(path_of(content), bytes);
}

Result<ObjectFiles::Hold> ObjectFiles::put(std::string_view bytes) {
  auto content = sha256_hex(bytes);
  {
    std::unique_lock lock(mutex_);
    spared_.wait(lock, [&] { return !doomed_.contains(content); });
    ++holds_[content];
  }
  Hold hold(*this, content);
  TRY(write(content, bytes));
  return hold;
}

Result<std::string> ObjectFiles::get(const std::string& content) const {
  auto path = path_of(content);
  auto bytes = read_file(path);
  if (bytes || exists(path)) return bytes;
  return Error{"NoSuchContent", "The bytes of the object are not there any more.", path};
}

void ObjectFiles::release(const std::string& content) {
  std::lock_guard lock(mutex_);
  auto found = holds_.find(content);
  if (found != holds_.end() && --found->second == 0) holds_.erase(found);
}

void ObjectFiles::let_go(const std::string& content, const std::function<bool()>& is_named) {
  {
    std::lock_guard lock(mutex_);
    if (holds_.contains(content) || !doomed_.insert(content).second) return;
  }
  if (!is_named()) {
    auto removed = remove_file(path_of(content));
    if (!removed) log_warning("object_not_removed", {{"content", content}, {"why", removed.error().message}});
  }
  std::lock_guard lock(mutex_);
  doomed_.erase(content);
  spared_.notify_all();
}

Status ObjectFiles::sweep(const std::set<std::string>& named) {
  std::size_t removed = 0;
  for (const auto& folder : TRY(list_directory(directory_))) {
    auto path = cat(directory_, '/', folder);
    for (const auto& name : TRY(list_directory(path))) {
      if (named.contains(name)) continue;
      TRY(remove_file(cat(path, '/', name)));
      ++removed;
    }
  }
  if (removed > 0) log_info("objects_swept", {{"files", cat(removed)}});
  return Done{};
}

}  // namespace roadstead
