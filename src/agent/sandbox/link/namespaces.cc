#include "agent/sandbox/link/namespaces.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text/text.h"

namespace roadstead {
namespace {

Error system_error(std::string_view what, std::string_view on) {
  return Error{"NetworkUnavailable", cat("could not ", what, " ", on, ": ", std::strerror(errno))};
}

/// Brings the thread back to the namespace it came from. Not coming back would make every later call act on the wrong
/// network, so that is the end of the process.
class ThereAndBack {
 public:
  ThereAndBack() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {}

  ~ThereAndBack() {
    if (away_) CHECK(::setns(home_.get(), CLONE_NEWNET) == 0, "a thread may always return to a namespace it holds");
  }

  ThereAndBack(const ThereAndBack&) = delete;
  ThereAndBack& operator=(const ThereAndBack&) = delete;

  bool ready() const { return static_cast<bool>(home_); }
  void left() { away_ = true; }

 private:
  OwnedFd home_;
  bool away_ = false;
};

}  // namespace

Result<OwnedFd> make_namespace(const std::function<Status()>& set_up) {
  ThereAndBack trip;
  if (!trip.ready()) return system_error("open", "this thread's network namespace");
  if (::unshare(CLONE_NEWNET) != 0) return system_error("make", "a network namespace (this needs CAP_SYS_ADMIN)");
  trip.left();
  OwnedFd made(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!made) return system_error("open", "a new network namespace");
  TRY(set_up());
  return made;
}

Status inside_namespace(int fd, const std::function<Status()>& use) {
  ThereAndBack trip;
  if (!trip.ready()) return system_error("open", "this thread's network namespace");
  if (::setns(fd, CLONE_NEWNET) != 0) return system_error("enter", "a network namespace");
  trip.left();
  return use();
}

Status pin_namespace(int fd, const std::string& path) {
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444));
  if (!file) return system_error("create", path);
  auto source = cat("/proc/self/fd/", fd);
  if (::mount(source.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    auto error = system_error("mount a network namespace on", path);
    ::unlink(path.c_str());
    return error;
  }
  return Done{};
}

Status unpin_namespace(const std::string& path) {
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT) {
    return system_error("unmount", path);
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("remove", path);
  return Done{};
}

bool is_pinned(const std::string& path) {
  struct statfs about{};
  return ::statfs(path.c_str(), &about) == 0 && about.f_type == NSFS_MAGIC;
}

Result<OwnedFd> open_namespace(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error("open", path);
  return fd;
}

Status write_sysctl(std::string_view name, std::string_view value) {
  auto path = cat("/proc/sys/", name);
  OwnedFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return system_error("open", path);
  if (::write(fd.get(), value.data(), value.size()) < 0) return system_error("write", path);
  return Done{};
}

Result<std::string> read_sysctl(std::string_view name) {
  auto path = cat("/proc/sys/", name);
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error("open", path);
  char buffer[256];
  auto got = ::read(fd.get(), buffer, sizeof buffer);
  if (got < 0) return system_error("read", path);
  return std::string(trim(std::string_view(buffer, static_cast<std::size_t>(got))));
}

}  // namespace roadstead
