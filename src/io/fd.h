// An owned file descriptor, and how a failed system call becomes an Error. Any thread; plain POSIX.
#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

#include "base/result/result.h"

namespace roadstead {

/// Closes its descriptor when it goes. Moves, never copies; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

/// "cannot <action> <what>: <text of the errno>". The code says what a caller may want to tell apart: NotFound (ENOENT,
/// ENOTDIR), Exists (EEXIST), NoSpace (ENOSPC, EDQUOT, EFBIG), Denied (EACCES, EPERM, EROFS), Busy (EBUSY), else IoError.
Error system_error(int number, std::string_view action, std::string_view what);

}  // namespace roadstead
