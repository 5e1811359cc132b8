#include "io/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "base/text/text.h"
#include "io/fd.h"

extern char** environ;

namespace roadstead {

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "make", "a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child needs between vfork and exec; made ready by the parent, because the child may not allocate.
struct LaunchPlan {
  const char* path;
  char* const* argv;
  char* const* environment;
  const char* directory;
  int in;
  int out;
  int err;
  pid_t parent;
  sigset_t mask;
};

/// The child's side. It shares our memory until exec (vfork): only system calls, and the error goes back by memory.
[[noreturn]] void become(const LaunchPlan& plan, volatile int* problem) {
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &by_default, nullptr);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);
  bool ready = ::dup2(plan.in, 0) >= 0 && ::dup2(plan.out, 1) >= 0 && ::dup2(plan.err, 2) >= 0;
  if (ready) ready = plan.directory == nullptr || ::chdir(plan.directory) == 0;
  if (ready) {
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    ::sigprocmask(SIG_SETMASK, &plan.mask, nullptr);
    ::execve(plan.path, plan.argv, plan.environment);
  }
  *problem = errno;
  ::_exit(127);
}

/// Starts the child; all signals are blocked around vfork so that no handler of ours runs in the shared memory.
Result<pid_t> launch(LaunchPlan plan) {
  volatile int problem = 0;
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &plan.mask);
  sigset_t before = plan.mask;
  ::sigemptyset(&plan.mask);
  plan.parent = ::getpid();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  pid_t child = ::vfork();
#pragma GCC diagnostic pop
  if (child == 0) become(plan, &problem);
  int fork_problem = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return system_error(fork_problem, "start", plan.argv[0]);
  if (problem != 0) {
    ::waitpid(child, nullptr, 0);
    return system_error(problem, "start", plan.argv[0]);
  }
  return child;
}

/// Our side of a running child: feeds it, reads it, kills it when its time is over.
class Watch {
 public:
  Watch(const Command& command, pid_t child, Fd pidfd, Fd wake, Fd in, Fd out, Fd err)
      : command_(command),
        child_(child),
        pidfd_(std::move(pidfd)),
        wake_(std::move(wake)),
        in_(std::move(in)),
        out_(std::move(out)),
        err_(std::move(err)),
        deadline_(SteadyClock::now() + command.timeout) {}

  CommandOutcome follow() {
    bool ended = false;
    while (!ended) {
      pollfd waits[] = {{pidfd_.get(), POLLIN, 0}, {in_ ? in_.get() : -1, POLLOUT, 0}, {out_.get(), POLLIN, 0},
                        {err_.get(), POLLIN, 0},   {wake_.get(), POLLIN, 0}};
      int ready = ::poll(waits, 5, wait_millis());
      if (ready < 0 && errno != EINTR) break;
      if (ready > 0) {
        ended = waits[0].revents != 0;
        if (waits[1].revents != 0) feed();
        if (waits[2].revents != 0) drain(out_, outcome_.out);
        if (waits[3].revents != 0) drain(err_, outcome_.err);
        if (waits[4].revents != 0 && !killed_) kill_group(outcome_.stopped);
      }
      if (!killed_ && command_.timeout > Duration::zero() && SteadyClock::now() >= deadline_) {
        kill_group(outcome_.timed_out);
      }
    }
    reap();
    drain(out_, outcome_.out);
    drain(err_, outcome_.err);
    return std::move(outcome_);
  }

 private:
  int wait_millis() const {
    if (killed_ || command_.timeout <= Duration::zero()) return -1;
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - SteadyClock::now()).count() + 1;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
  }

  void kill_group(bool& because) {
    because = true;
    killed_ = true;
    wake_.reset();
    if (::kill(-child_, SIGKILL) != 0) ::kill(child_, SIGKILL);
  }

  void feed() {
    auto put = ::write(in_.get(), command_.input.data() + fed_, command_.input.size() - fed_);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (put > 0) fed_ += static_cast<std::size_t>(put);
    if (put < 0 || fed_ == command_.input.size()) in_.reset();
  }

  /// Reads what is there now. A grandchild that keeps the pipe open after its parent's end is not waited for.
  void drain(Fd& from, std::string& into) {
    char buffer[16384];
    while (from) {
      auto got = ::read(from.get(), buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        from.reset();
        return;
      }
      auto keep = std::min(static_cast<std::size_t>(got), command_.max_output - into.size());
      into.append(buffer, keep);
      if (keep < static_cast<std::size_t>(got)) outcome_.truncated = true;
    }
  }

  void reap() {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    outcome_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    outcome_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (killed_) ::kill(-child_, SIGKILL);  // those of the group that outlived its leader
  }

  const Command& command_;
  pid_t child_;
  Fd pidfd_;
  Fd wake_;
  Fd in_;
  Fd out_;
  Fd err_;
  SteadyClock::time_point deadline_;
  std::size_t fed_ = 0;
  bool killed_ = false;
  CommandOutcome outcome_;
};

/// SIGPIPE of a child that closes its input early must not end us; blocked for this thread and taken back if raised.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    timespec none{};
    if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &none);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

void set_nonblocking(const Fd& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

}  // namespace

std::optional<std::string> find_program(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  for (auto directory : split(path != nullptr ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ':')) {
    auto candidate = cat(directory.empty() ? "." : directory, '/', program);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

Result<CommandOutcome> run(const Command& command) {
  CHECK(!command.argv.empty(), "a command names its program");
  auto path = find_program(command.argv[0]);
  if (!path) {
    return Error{.code = "NotFound", .message = cat("cannot start ", command.argv[0], ": no such program in PATH")};
  }
  NoPipeSignal quiet;
  Pipe in = TRY(make_pipe());
  Pipe out = TRY(make_pipe());
  Pipe err = TRY(make_pipe());
  Fd wake(::eventfd(0, EFD_CLOEXEC));
  if (!wake) return system_error(errno, "make", "an eventfd");
  auto argv = pointers_to(command.argv);
  auto environment = pointers_to(command.environment.value_or(std::vector<std::string>{}));
  pid_t child = TRY(launch({.path = path->c_str(),
                            .argv = argv.data(),
                            .environment = command.environment ? environment.data() : environ,
                            .directory = command.directory.empty() ? nullptr : command.directory.c_str(),
                            .in = in.read_end.get(),
                            .out = out.write_end.get(),
                            .err = err.write_end.get(),
                            .parent = 0,
                            .mask = {}}));
  in.read_end.reset();
  out.write_end.reset();
  err.write_end.reset();
  if (command.input.empty()) in.write_end.reset();
  for (const Fd* fd : {&in.write_end, &out.read_end, &err.read_end}) {
    if (*fd) set_nonblocking(*fd);
  }
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!pidfd) {
    int problem = errno;
    ::kill(-child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return system_error(problem, "watch", command.argv[0]);
  }
  // Our own duplicate: the callback may run while the watch closes its one.
  Fd waker(::fcntl(wake.get(), F_DUPFD_CLOEXEC, 3));
  std::stop_callback on_stop(command.stop, [&waker] {
    std::uint64_t one = 1;
    [[maybe_unused]] auto put = ::write(waker.get(), &one, sizeof one);
  });
  return Watch(command,
               child,
               std::move(pidfd),
               std::move(wake),
               std::move(in.write_end),
               std::move(out.read_end),
               std::move(err.read_end))
      .follow();
}

Result<std::string> run_ok(const Command& command) {
  CommandOutcome outcome = TRY(run(command));
  if (outcome.ok()) return std::move(outcome.out);
  auto text = trim(outcome.err);
  auto line = text.substr(text.find_last_of('\n') == std::string_view::npos ? 0 : text.find_last_of('\n') + 1);
  const auto& program = command.argv[0];
  if (outcome.stopped) return Error{.code = "CommandStopped", .message = cat(program, " was stopped"), .detail = outcome.err};
  if (outcome.timed_out) {
    return Error{.code = "CommandTimedOut",
                 .message = cat(program, " did not finish within ", command.timeout.count() / 1000, " ms"),
                 .detail = outcome.err};
  }
  auto how = outcome.signal != 0 ? cat("was ended by signal ", outcome.signal) : cat("ended with ", outcome.exit_code);
  return Error{.code = "CommandFailed",
               .message = line.empty() ? cat(program, ' ', how) : cat(program, ' ', how, ": ", line),
               .detail = outcome.err};
}

}  // namespace roadstead
