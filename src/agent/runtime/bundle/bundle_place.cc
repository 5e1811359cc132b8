#include "agent/runtime/bundle/bundle_place.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

bool is_tmpfs(const std::string& path) {
  struct statfs found {};
  return ::statfs(path.c_str(), &found) == 0 && found.f_type == TMPFS_MAGIC;
}

Status make_link(const std::string& target, const std::string& path) {
  TRY(remove_tree(path));
  if (::symlink(target.c_str(), path.c_str()) == 0) return Done{};
  return system_error(errno, "link", path);
}

}  // namespace

BundlePlace::BundlePlace(std::string prefix, std::vector<std::string> roots)
    : prefix_(std::move(prefix)), roots_(std::move(roots)) {}

std::string BundlePlace::top() const {
  for (const auto& root : roots_) {
    if (is_tmpfs(root)) return cat(root, "/roadstead-secrets-", prefix_);
  }
  return {};
}

/// Others may write in /dev/shm: a directory that is there must be ours alone.
Status BundlePlace::make_top(const std::string& path) const {
  if (path.empty()) {
    return Error{"NoMemoryDirectory",
                 cat("secrets are kept in memory, and none of ", join(roots_, " and "), " is a tmpfs on this machine")};
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error(errno, "make", path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return system_error(errno, "open", path);
  bool ours = S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  if (ours) return Done{};
  return Error{"NoMemoryDirectory", cat(path, " belongs to somebody else. Remove it.")};
}

Status BundlePlace::make(const std::string& directory, const ContainerRef& container, bool in_memory) {
  TRY(remove_tree(directory + "/crun"));
  if (!in_memory) return make_directories(directory + "/bundle", 0700);
  std::lock_guard lock(mutex_);
  auto place = top();
  TRY(make_top(place));
  place += cat('/', container.task_id, '/', container.name);
  TRY(remove_tree(place));
  for (const char* part : {"/bundle", "/crun"}) {
    TRY(make_directories(place + part, 0700));
    TRY(make_link(place + part, directory + part));
  }
  return Done{};
}

Status BundlePlace::remove(const ContainerRef& container) {
  auto place = top();
  if (place.empty()) return Done{};
  return remove_tree(cat(place, '/', container.task_id, '/', container.name));
}

Status BundlePlace::remove(const std::string& task_id) {
  auto place = top();
  if (place.empty()) return Done{};
  std::lock_guard lock(mutex_);
  TRY(remove_tree(cat(place, '/', task_id)));
  ::rmdir(place.c_str());  // fails while other tasks have something there
  return Done{};
}

Status BundlePlace::keep_only(const std::set<std::string>& task_ids) {
  auto place = top();
  if (place.empty() || !exists(place)) return Done{};
  for (const auto& task_id : TRY(list_directory(place))) {
    if (!task_ids.contains(task_id)) TRY(remove(task_id));
  }
  return Done{};
}

}  // namespace roadstead
