#include "agent/runtime/exec/exec_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr int killed_within_millis = 2000;
constexpr char end_of_transmission = 4;

void make_non_blocking(const Fd& fd) {
  if (fd) ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

ExecProcess::ExecProcess(pid_t child, Ends ends, bool terminal, std::string pid_file, std::vector<std::string> files)
    : child_(child),
      ends_(std::move(ends)),
      terminal_(terminal),
      pid_file_(std::move(pid_file)),
      files_(std::move(files)),
      handle_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))) {
  make_non_blocking(ends_.input);
  make_non_blocking(ends_.output);
  make_non_blocking(ends_.error);
}

ExecProcess::~ExecProcess() {
  if (!exit_code()) {
    signal(SIGKILL);
    pollfd polled{handle_.get(), POLLIN, 0};
    if (::poll(&polled, 1, killed_within_millis) <= 0) ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  for (const auto& file : files_) ::unlink(file.c_str());
}

std::string ExecProcess::read_from(Fd& end) {
  if (!end) return {};
  char piece[8192];
  auto got = ::read(end.get(), piece, sizeof piece);
  if (got > 0) return {piece, static_cast<std::size_t>(got)};
  bool later = got < 0 && (errno == EAGAIN || errno == EINTR);
  if (!later) end.reset();  // ended; a terminal says EIO
  return {};
}

std::string ExecProcess::read_output() { return read_from(ends_.output); }

std::string ExecProcess::read_error() { return read_from(ends_.error); }

std::size_t ExecProcess::write(std::string_view bytes) {
  int fd = input();
  if (fd < 0) return bytes.size();  // nobody reads it any more
  auto written = ::write(fd, bytes.data(), bytes.size());
  if (written >= 0) return static_cast<std::size_t>(written);
  bool later = errno == EAGAIN || errno == EINTR;
  if (!later && !terminal_) ends_.input.reset();
  return later ? 0 : bytes.size();
}

void ExecProcess::close_input() {
  if (terminal_) {
    write(std::string_view(&end_of_transmission, 1));
  } else {
    ends_.input.reset();
  }
}

void ExecProcess::resize(int columns, int rows) {
  if (!terminal_ || !ends_.output) return;
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(rows);
  ::ioctl(ends_.output.get(), TIOCSWINSZ, &size);
}

void ExecProcess::hang_up() {
  signal(SIGHUP);
  ends_ = {};  // the kernel tells whoever else has the terminal
}

void ExecProcess::signal(int number) {
  pid_t pid = child_;
  if (!pid_file_.empty()) {
    auto text = read_file(pid_file_);
    auto told = text ? to_number<pid_t>(trim(*text)) : std::nullopt;
    if (!told || *told <= 1) return;
    pid = *told;
  }
  ::kill(pid, number);
}

std::optional<int> ExecProcess::exit_code() {
  if (exit_code_) return exit_code_;
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) != child_) return std::nullopt;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return exit_code_;
}

std::string ExecProcess::complaint() const {
  if (files_.empty()) return {};
  auto text = read_file(files_.back());
  return text ? std::string(trim(*text)) : std::string();
}

}  // namespace roadstead
