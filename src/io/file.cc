#include "io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::string parent_of(const std::string& path) {
  auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_dot(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

/// Opens the directory `name` below `parent` for reading; a symlink is refused.
Directory open_directory(int parent, const char* name) {
  Fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return nullptr;
  Directory directory(::fdopendir(fd.get()));
  if (directory) (void)fd.release();
  return directory;
}

/// The names in an open directory: read first, so that removing while reading cannot skip one.
std::vector<std::string> names_in(DIR* directory) {
  std::vector<std::string> names;
  while (const auto* entry = ::readdir(directory)) {
    if (!is_dot(entry->d_name)) names.emplace_back(entry->d_name);
  }
  return names;
}

/// Removes `name` below `parent`. Returns 0 or an errno. Depth is bounded by that of the tree on disk.
int remove_below(int parent, const char* name, dev_t device) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  struct stat status {};
  if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? 0 : errno;
  if (!S_ISDIR(status.st_mode)) return EPERM;
  if (status.st_dev != device) return EBUSY;
  auto directory = open_directory(parent, name);
  if (!directory) return errno;
  for (const auto& child : names_in(directory.get())) {
    if (int problem = remove_below(::dirfd(directory.get()), child.c_str(), device)) return problem;
  }
  directory.reset();
  return ::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

void add_usage(int parent, const char* name, std::set<std::pair<dev_t, ino_t>>& seen, std::uint64_t& bytes) {
  struct stat status {};
  if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  bool counted = status.st_nlink > 1 && !S_ISDIR(status.st_mode) && !seen.insert({status.st_dev, status.st_ino}).second;
  if (!counted) bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  if (!S_ISDIR(status.st_mode)) return;
  auto directory = open_directory(parent, name);
  if (!directory) return;
  for (const auto& child : names_in(directory.get())) add_usage(::dirfd(directory.get()), child.c_str(), seen, bytes);
}

}  // namespace

Error system_error(int number, std::string_view action, std::string_view what) {
  std::string code = "IoError";
  switch (number) {
    case ENOENT:
    case ENOTDIR: code = "NotFound"; break;
    case EEXIST: code = "Exists"; break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: code = "NoSpace"; break;
    case EACCES:
    case EPERM:
    case EROFS: code = "Denied"; break;
    case EBUSY: code = "Busy"; break;
    default: break;
  }
  char buffer[128];
  return {.code = code, .message = cat("cannot ", action, ' ', what, ": ", ::strerror_r(number, buffer, sizeof buffer))};
}

Result<Fd> open_file(const std::string& path, int flags, mode_t mode) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return system_error(errno, "open", path);
  return Fd(fd);
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  std::string content;
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && status.st_size > 0) {
    content.reserve(std::min(static_cast<std::size_t>(status.st_size) + 1, max_bytes));
  }
  char buffer[16384];
  while (true) {
    auto got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "read", path);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      return Error{.code = "TooLarge", .message = cat("cannot read ", path, ": it has more than ", max_bytes, " bytes")};
    }
  }
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error(errno, "write", "file");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

Status write_file_atomic(const std::string& path, std::string_view bytes, mode_t mode) {
  static std::atomic<unsigned> turn{0};
  auto aside = cat(path, ".new.", ::getpid(), '.', turn.fetch_add(1));
  auto write = [&]() -> Status {
    Fd fd = TRY(open_file(aside, O_WRONLY | O_CREAT | O_EXCL, mode));
    TRY(write_all(fd.get(), bytes));
    if (::fsync(fd.get()) != 0) return system_error(errno, "sync", aside);
    if (::rename(aside.c_str(), path.c_str()) != 0) return system_error(errno, "rename to", path);
    return sync_directory(parent_of(path));
  };
  auto written = write();
  if (!written) ::unlink(aside.c_str());
  return written;
}

Status write_kernel_file(const std::string& path, std::string_view bytes) {
  Fd fd = TRY(open_file(path, O_WRONLY));
  auto put = ::write(fd.get(), bytes.data(), bytes.size());
  if (put < 0 || static_cast<std::size_t>(put) != bytes.size()) {
    return system_error(put < 0 ? errno : EIO, cat("write \"", bytes, "\" to"), path);
  }
  return Done{};
}

Status make_directories(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) return Done{};
  int problem = errno;
  if (problem == ENOENT) {
    auto parent = parent_of(path);
    if (parent == path || parent == ".") return system_error(problem, "make directory", path);
    TRY(make_directories(parent, mode));
    if (::mkdir(path.c_str(), mode) == 0) return Done{};
    problem = errno;
  }
  struct stat status {};
  if (problem == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return Done{};
  return system_error(problem, "make directory", path);
}

Status remove_tree(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return Done{};
    return system_error(errno, "remove", path);
  }
  if (int problem = remove_below(AT_FDCWD, path.c_str(), status.st_dev)) return system_error(problem, "remove", path);
  return Done{};
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return Done{};
  return system_error(errno, "remove", path);
}

Status rename_durably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, cat("rename ", from, " to"), to);
  TRY(sync_directory(parent_of(to)));
  if (parent_of(from) != parent_of(to)) return sync_directory(parent_of(from));
  return Done{};
}

Status sync_directory(const std::string& path) {
  Fd fd = TRY(open_file(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(fd.get()) != 0) return system_error(errno, "sync", path);
  return Done{};
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  Directory directory(::opendir(path.c_str()));
  if (!directory) return system_error(errno, "list", path);
  auto names = names_in(directory.get());
  std::sort(names.begin(), names.end());
  return names;
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::uint64_t disk_usage(const std::string& path) {
  std::set<std::pair<dev_t, ino_t>> seen;
  std::uint64_t bytes = 0;
  add_usage(AT_FDCWD, path.c_str(), seen, bytes);
  return bytes;
}

Result<std::string> make_temporary_directory(const std::string& parent, std::string_view prefix) {
  auto path = cat(parent, '/', prefix, "XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return system_error(errno, "make a temporary directory in", parent);
  return path;
}

}  // namespace roadstead
