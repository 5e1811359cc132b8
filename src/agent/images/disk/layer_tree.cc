#include "agent/images/disk/layer_tree.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <cerrno>
#include <climits>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr const char* opaque_xattr = "trusted.overlay.opaque";

Error invalid(std::string_view why, std::string_view path) {
  return {.code = "InvalidImage", .message = cat("the layer is not valid: ", why, ": ", path.substr(0, 256))};
}

std::string joined(const EntryPath& path) { return path.parent.empty() ? path.name : cat(path.parent, '/', path.name); }

/// A name for messages and for calls that need a path of an open descriptor.
std::string by_descriptor(int fd) { return cat("/proc/self/fd/", fd); }

bool is_whiteout(const struct stat& status) { return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0); }

Status set_xattrs(const std::string& path, const EntryStatus& status, const EntryPath& entry) {
  for (const auto& [name, value] : status.xattrs) {
    if (::setxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) == 0) continue;
    // A file system without user attributes (tmpfs) loses them, as with every other engine; a capability must not be lost.
    if (errno == ENOTSUP && name.starts_with("user.")) continue;
    return system_error(errno, cat("set the attribute ", name, " of"), joined(entry));
  }
  return Done{};
}

/// Owner first: a change of owner takes away set-user-id and capabilities.
Status set_status(int fd, const EntryStatus& status, const EntryPath& entry) {
  auto path = by_descriptor(fd);
  if (::chown(path.c_str(), status.uid, status.gid) != 0) return system_error(errno, "change the owner of", joined(entry));
  if (::chmod(path.c_str(), status.mode) != 0) return system_error(errno, "change the mode of", joined(entry));
  return set_xattrs(path, status, entry);
}

Status set_times(int parent, const EntryPath& entry, const timespec& modified) {
  timespec times[2] = {modified, modified};
  if (::utimensat(parent, entry.name.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0) return Done{};
  return system_error(errno, "set the time of", joined(entry));
}

Status make_opaque(int directory, const std::string& path) {
  if (::setxattr(by_descriptor(directory).c_str(), opaque_xattr, "y", 1, 0) == 0) return Done{};
  return system_error(errno, "hide the layers below", path);
}

}  // namespace

Result<EntryPath> parse_entry_path(std::string_view path) {
  if (path.size() >= PATH_MAX) return invalid("a path has more than 4095 bytes", path);
  std::vector<std::string> parts;
  for (auto part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return invalid("a path leads outside", path);
    if (part.size() > NAME_MAX) return invalid("a name has more than 255 bytes", path);
    if (part.find('\0') != std::string_view::npos) return invalid("a name has a NUL", path);
    parts.emplace_back(part);
  }
  if (parts.empty()) return EntryPath{};
  EntryPath entry{.parent = {}, .name = std::move(parts.back())};
  parts.pop_back();
  entry.parent = join(parts, "/");
  return entry;
}

Result<LayerTree> LayerTree::open(const std::string& root) {
  return LayerTree(TRY(open_file(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)));
}

Result<Fd> LayerTree::open_inside(const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  while (true) {
    auto fd = static_cast<int>(::syscall(SYS_openat2, root_.get(), path.empty() ? "." : path.c_str(), &how, sizeof how));
    if (fd >= 0) return Fd(fd);
    if (errno != EINTR && errno != EAGAIN) return system_error(errno, "open the directory", path);
  }
}

Result<int> LayerTree::directory(const std::string& path) {
  if (has_last_ && last_path_ == path) return last_.get();
  auto opened = open_inside(path);
  if (!opened && opened.error().code == "NotFound" && !path.empty()) {
    // A tar may leave parents out. They are made one by one inside the root, so that a dangling link on the way fails.
    EntryPath missing = TRY(parse_entry_path(path));
    int parent = TRY(directory(missing.parent));
    struct stat there {};
    bool whiteout = ::fstatat(parent, missing.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && is_whiteout(there);
    if (whiteout) ::unlinkat(parent, missing.name.c_str(), 0);
    if (::mkdirat(parent, missing.name.c_str(), 0755) != 0) {
      if (errno == EEXIST) return invalid("a file or a dangling link stands where a directory must be", path);
      return system_error(errno, "make the directory", path);
    }
    ::fchmodat(parent, missing.name.c_str(), 0755, 0);  // whatever our umask is
    opened = open_inside(path);
    if (opened && whiteout) TRY(make_opaque(opened->get(), path));
  }
  if (!opened) return opened.error().code == "NotFound" ? invalid("no such directory", path) : opened.error();
  last_ = std::move(opened).value();
  last_path_ = path;
  has_last_ = true;
  return last_.get();
}

Status LayerTree::clear(int parent, const std::string& name) {
  struct stat there {};
  if (::fstatat(parent, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? Status(Done{}) : Status(system_error(errno, "look at", name));
  }
  has_last_ = false;  // what goes may be a part of the kept path; the descriptor stays open, `parent` may be it
  if (S_ISDIR(there.st_mode)) return remove_tree(cat(by_descriptor(parent), '/', name));
  if (::unlinkat(parent, name.c_str(), 0) != 0) return system_error(errno, "replace", name);
  return Done{};
}

Status LayerTree::make_directory(const EntryPath& path, const EntryStatus& status) {
  if (path.name.empty()) {
    TRY(set_status(root_.get(), status, path));
    directory_times_.emplace_back("", status.modified);
    return Done{};
  }
  int parent = TRY(directory(path.parent));
  bool opaque = false;
  if (::mkdirat(parent, path.name.c_str(), 0700) != 0) {
    if (errno != EEXIST) return system_error(errno, "make the directory", joined(path));
    struct stat there {};
    if (::fstatat(parent, path.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return system_error(errno, "look at", joined(path));
    if (!S_ISDIR(there.st_mode)) {
      opaque = is_whiteout(there);
      TRY(clear(parent, path.name));
      if (::mkdirat(parent, path.name.c_str(), 0700) != 0) return system_error(errno, "make the directory", joined(path));
    }
  }
  Fd made(::openat(parent, path.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made) return system_error(errno, "open the directory", joined(path));
  if (opaque) TRY(make_opaque(made.get(), joined(path)));
  TRY(set_status(made.get(), status, path));
  directory_times_.emplace_back(joined(path), status.modified);
  return Done{};
}

Result<Fd> LayerTree::make_file(const EntryPath& path) {
  if (path.name.empty()) return invalid("a file has no name", path.parent);
  int parent = TRY(directory(path.parent));
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Fd file(::openat(parent, path.name.c_str(), flags, 0600));
  if (!file && errno == EEXIST) {
    TRY(clear(parent, path.name));
    file.reset(::openat(parent, path.name.c_str(), flags, 0600));
  }
  if (!file) return system_error(errno, "make the file", joined(path));
  return file;
}

Status LayerTree::seal_file(int file, const EntryPath& path, const EntryStatus& status) {
  TRY(set_status(file, status, path));
  timespec times[2] = {status.modified, status.modified};
  if (::futimens(file, times) != 0) return system_error(errno, "set the time of", joined(path));
  return Done{};
}

Status LayerTree::make_symlink(const EntryPath& path, const std::string& target, const EntryStatus& status) {
  if (path.name.empty() || target.empty()) return invalid("a symbolic link has no name or no target", joined(path));
  int parent = TRY(directory(path.parent));
  TRY(clear(parent, path.name));
  if (::symlinkat(target.c_str(), parent, path.name.c_str()) != 0) return system_error(errno, "make the link", joined(path));
  if (::fchownat(parent, path.name.c_str(), status.uid, status.gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return system_error(errno, "change the owner of", joined(path));
  }
  return set_times(parent, path, status.modified);
}

Status LayerTree::make_hard_link(const EntryPath& path, const EntryPath& existing) {
  if (path.name.empty() || existing.name.empty()) return invalid("a hard link has no name or no target", joined(path));
  if (path.parent == existing.parent && path.name == existing.name) return invalid("a hard link to itself", joined(path));
  auto from = open_inside(existing.parent);
  struct stat target {};
  if (!from || ::fstatat(from->get(), existing.name.c_str(), &target, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(target.st_mode)) {
    return invalid(cat("a hard link leads to ", joined(existing), ", which the layer does not have"), joined(path));
  }
  int parent = TRY(directory(path.parent));
  TRY(clear(parent, path.name));
  if (::linkat(from->get(), existing.name.c_str(), parent, path.name.c_str(), 0) == 0) return Done{};
  return system_error(errno, "make the hard link", joined(path));
}

Status LayerTree::make_node(const EntryPath& path, mode_t kind, dev_t device, const EntryStatus& status) {
  if (path.name.empty()) return invalid("a device has no name", path.parent);
  int parent = TRY(directory(path.parent));
  TRY(clear(parent, path.name));
  if (::mknodat(parent, path.name.c_str(), kind | status.mode, device) != 0) return system_error(errno, "make the device", joined(path));
  if (::fchownat(parent, path.name.c_str(), status.uid, status.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
      ::fchmodat(parent, path.name.c_str(), status.mode, 0) != 0) {  // not a link: we have just made it
    return system_error(errno, "change the owner and mode of", joined(path));
  }
  return set_times(parent, path, status.modified);
}

Status LayerTree::hide(const std::string& parent_path, const std::string& name) {
  if (name.empty() || name == "." || name == "..") return invalid("a whiteout names nothing", cat(parent_path, "/.wh.", name));
  int parent = TRY(directory(parent_path));
  if (::mknodat(parent, name.c_str(), S_IFCHR | 0600, makedev(0, 0)) == 0) return Done{};
  if (errno != EEXIST) return system_error(errno, "make the whiteout", cat(parent_path, '/', name));
  // The layer has that name itself: only what is below it is hidden. A file hides it by being there.
  Fd there(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return there ? make_opaque(there.get(), name) : Status(Done{});
}

Status LayerTree::hide_below(const std::string& path) {
  int opened = TRY(directory(path));
  return make_opaque(opened, path);
}

Status LayerTree::finish() {
  for (auto entry = directory_times_.rbegin(); entry != directory_times_.rend(); ++entry) {
    auto opened = open_inside(entry->first);
    if (!opened) continue;  // replaced by a later entry of the tar
    timespec times[2] = {entry->second, entry->second};
    if (::futimens(opened->get(), times) != 0) return system_error(errno, "set the time of", entry->first);
  }
  return Done{};
}

}  // namespace roadstead
