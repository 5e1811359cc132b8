#include "proxy/haproxy/haproxy_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {
namespace {

constexpr off_t max_log_bytes = off_t{16} << 20;

std::string config_path(const ProxySettings& settings) { return cat(settings.directory, "/haproxy.cfg"); }

std::string pid_path(const ProxySettings& settings) { return cat(settings.directory, "/run/haproxy.pid"); }

/// What the child needs between fork and exec, where nothing may be allocated.
struct Launch {
  std::string program;
  std::vector<std::string> words;
  std::vector<char*> argv;
  int log = -1;
  int pid_file = -1;
};

void write_pid(int fd) {
  char text[16];
  int size = 0;
  char digits[16];
  for (pid_t rest = getpid(); rest > 0; rest /= 10) digits[size++] = static_cast<char>('0' + rest % 10);
  for (int i = 0; i < size; ++i) text[i] = digits[size - 1 - i];
  if (write(fd, text, static_cast<std::size_t>(size)) < 0) _exit(126);
}

[[noreturn]] void become_haproxy(const Launch& launch) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  write_pid(launch.pid_file);
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(launch.log, 1);
  dup2(launch.log, 2);
  syscall(SYS_close_range, 3u, ~0u, static_cast<unsigned>(CLOSE_RANGE_CLOEXEC));
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  execv(launch.program.c_str(), launch.argv.data());
  _exit(127);
}

}  // namespace

bool HaproxyProcess::watch(pid_t pid) {
  Fd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return false;
  watch_ = std::move(fd);
  pid_ = pid;
  return alive();
}

void HaproxyProcess::forget() {
  if (is_child_ && pid_ > 0) waitpid(pid_, nullptr, WNOHANG);
  watch_.reset();
  pid_ = -1;
  is_child_ = false;
}

bool HaproxyProcess::adopt() {
  auto text = read_file(pid_path(settings_), 64);
  if (!text) return false;
  auto pid = to_number<pid_t>(trim(*text));
  if (!pid || *pid <= 1) return false;
  // The number may be another process's by now; ours names our configuration.
  auto command = read_file(cat("/proc/", *pid, "/cmdline"), std::size_t{1} << 16);
  auto words = command ? split(*command, '\0') : std::vector<std::string_view>();
  bool ours = false;
  for (auto word : words) ours = ours || word == config_path(settings_);
  return ours && watch(*pid);
}

Status HaproxyProcess::start() {
  Launch launch;
  auto program = find_program(settings_.program);
  if (!program) {
    return Error{"ProxyMissing", cat("The program '", settings_.program,
                                     "' is not installed. Install it (Debian: apt-get install haproxy).")};
  }
  launch.program = *program;
  launch.words = {*program, "-W", "-S", cat(settings_.directory, "/run/master.sock,mode,600"), "-f", config_path(settings_)};
  for (auto& word : launch.words) launch.argv.push_back(word.data());
  launch.argv.push_back(nullptr);
  auto log = TRY(open_file(cat(settings_.directory, "/haproxy.log"), O_WRONLY | O_CREAT | O_APPEND));
  if (lseek(log.get(), 0, SEEK_END) > max_log_bytes && ftruncate(log.get(), 0) != 0) {
    return system_error(errno, "truncate", "haproxy.log");
  }
  auto pid_file = TRY(open_file(pid_path(settings_), O_WRONLY | O_CREAT | O_TRUNC));
  launch.log = log.get();
  launch.pid_file = pid_file.get();
  auto pid = fork();
  if (pid < 0) return system_error(errno, "start", settings_.program);
  if (pid == 0) become_haproxy(launch);
  is_child_ = true;
  if (!watch(pid)) return Error{"ProxyFailed", cat("HAProxy ended at once: ", last_words())};
  return Done{};
}

bool HaproxyProcess::alive() {
  if (pid_ <= 0 || !watch_) return false;
  pollfd ended{watch_.get(), POLLIN, 0};
  if (poll(&ended, 1, 0) == 0) return true;
  forget();
  return false;
}

Status HaproxyProcess::stop() {
  if (!alive() && !adopt()) return Done{};
  kill(pid_, SIGTERM);
  pollfd ended{watch_.get(), POLLIN, 0};
  if (poll(&ended, 1, 5'000) == 0) {
    kill(pid_, SIGKILL);
    if (poll(&ended, 1, 5'000) == 0) return Error{"ProxyFailed", cat("HAProxy (pid ", pid_, ") does not end.")};
  }
  forget();
  return remove_file(pid_path(settings_));
}

std::string HaproxyProcess::last_words() const {
  auto text = read_file(cat(settings_.directory, "/haproxy.log"), std::size_t{64} << 20);
  if (!text) return "no message";
  std::vector<std::string> words;
  for (auto line : split(*text, '\n')) {
    if (line.find("[ALERT]") != std::string_view::npos) words.emplace_back(line);
  }
  if (words.size() > 5) words.erase(words.begin(), words.end() - 5);
  return words.empty() ? "no message" : join(words, "; ");
}

}  // namespace roadstead
