#include "store/log/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

namespace {

Error not_writable(const std::string& path, int code) {
  auto why = std::generic_category().message(code);
  return Error{"StateNotWritable", cat("The state directory ", path, " cannot be used: ", why, "."), why};
}

// The process that wrote its number into the lock file, or "another process".
std::string holder(int lock) {
  char text[32];
  auto length = ::pread(lock, text, sizeof text, 0);
  auto pid = trim(std::string_view(text, length > 0 ? static_cast<std::size_t>(length) : 0));
  return to_number<int>(pid) ? cat("process ", pid) : "another process";
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path) {
  std::error_code problem;
  bool made = std::filesystem::create_directories(path, problem);
  if (problem) return not_writable(path, problem.value());
  if (made) ::chmod(path.c_str(), 0700);
  auto file = path + "/lock";
  int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return not_writable(path, errno);
  StateDirectory directory(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return not_writable(path, errno);
    return Error{
        "StateInUse", cat("The state directory ", path, " is in use by ", holder(lock),
                          ". Stop that one first, or choose another directory.")
    };
  }
  auto pid = cat(::getpid(), '\n');
  // The number only serves the message above, so a full disk is no reason to fail here.
  if (::ftruncate(lock, 0) == 0) static_cast<void>(::pwrite(lock, pid.data(), pid.size(), 0) < 0);
  return directory;
}

StateDirectory::StateDirectory(StateDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StateDirectory& StateDirectory::operator=(StateDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

StateDirectory::~StateDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace roadstead
