#include "objectstore/object_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::size_t folder_digits = 2;
constexpr std::int64_t piece_size = 256 * 1024;
/// Contents that are being joined: their names are known when all of them has been read.
constexpr std::string_view joining_folder = "joining";

Error no_such_content(const std::string& path) {
  return {"NoSuchContent", "The bytes of the object are not there any more.", path};
}

/// A file that goes with it, unless it has got another name by then.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    auto removed = remove_file(path_);
    if (!removed) log_warning("draft_not_removed", {{"path", path_}, {"why", removed.error().message}});
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

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

Result<bool> ObjectFiles::has(const std::string& content) {
  // Whoever wrote it may not have come to syncing its name yet.
  if (exists(path_of(content))) {
    TRY(sync_directory(folder_of(content)));
    return true;
  }
  if (!exists(folder_of(content))) {
    TRY(make_directories(folder_of(content), 0700));
    TRY(sync_directory(directory_));
  }
  return false;
}

Status ObjectFiles::write(const std::string& content, std::string_view bytes) {
  if (TRY(has(content))) return Done{};
  return write_file_atomic(path_of(content), bytes);
}

ObjectFiles::Hold ObjectFiles::hold(const std::string& content) {
  std::unique_lock lock(mutex_);
  spared_.wait(lock, [&] { return !doomed_.contains(content); });
  ++holds_[content];
  return {*this, content};
}

Result<ObjectFiles::Hold> ObjectFiles::put(std::string_view bytes) {
  auto held = hold(sha256_hex(bytes));
  TRY(write(held.content(), bytes));
  return held;
}

Result<ObjectFiles::Hold> ObjectFiles::join(
    const std::vector<ContentSlice>& slices, const std::function<void(std::string_view)>& see
) {
  auto folder = cat(directory_, '/', joining_folder);
  TRY(make_directories(folder, 0700));
  Draft draft(cat(folder, '/', ::getpid(), '.', ++joins_));
  auto file = TRY(open_file(draft.path(), O_WRONLY | O_CREAT | O_EXCL));
  Sha256 hash;
  for (const auto& slice : slices) {
    auto copied = copy(slice, [&](std::string_view piece) -> Status {
      hash.update(piece);
      see(piece);
      return write_all(file.get(), piece);
    });
    TRY(std::move(copied));
  }
  if (::fsync(file.get()) != 0) return system_error(errno, "sync", draft.path());
  auto held = hold(hash.finish_hex());
  if (!TRY(has(held.content()))) TRY(rename_durably(draft.path(), path_of(held.content())));
  return held;
}

Status ObjectFiles::copy(const ContentSlice& slice, const std::function<Status(std::string_view)>& take) const {
  auto path = path_of(slice.content);
  auto file = open_file(path, O_RDONLY);
  if (!file) return file.error().code == "NotFound" ? no_such_content(path) : std::move(file).error();
  std::string piece(static_cast<std::size_t>(std::min(piece_size, slice.size)), '\0');
  for (std::int64_t done = 0; done < slice.size;) {
    auto wanted = static_cast<std::size_t>(std::min(piece_size, slice.size - done));
    auto got = ::pread(file->get(), piece.data(), wanted, slice.first + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "read", path);
    if (got == 0) return no_such_content(path);
    TRY(take(std::string_view(piece).substr(0, static_cast<std::size_t>(got))));
    done += got;
  }
  return Done{};
}

Result<std::string> ObjectFiles::get(const std::string& content) const {
  auto path = path_of(content);
  auto bytes = read_file(path);
  if (bytes || exists(path)) return bytes;
  return no_such_content(path);
}

Result<std::string> ObjectFiles::get(const ContentSlice& slice) const {
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(slice.size));
  auto copied = copy(slice, [&](std::string_view piece) -> Status {
    bytes.append(piece);
    return Done{};
  });
  TRY(std::move(copied));
  return bytes;
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
