// How CrunRuntime runs a command inside a container: crun exec, by a child of this process.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/exec/exec_launch.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int killed_exit_code = 128 + SIGKILL;
constexpr int crun_end_millis = 2000;

/// Files of one exec, removed with it. They repeat the environment, so they are where the bundle is.
class ExecFiles {
 public:
  ExecFiles(const std::string& directory, std::string_view name) : stem_(cat(directory, "/bundle/exec-", name)) {}

  ~ExecFiles() {
    for (const auto& path : {process(), pid(), log()}) ::unlink(path.c_str());
  }

  ExecFiles(const ExecFiles&) = delete;
  ExecFiles& operator=(const ExecFiles&) = delete;

  std::string process() const { return stem_ + ".json"; }

  std::string pid() const { return stem_ + ".pid"; }

  std::string log() const { return stem_ + ".log"; }

 private:
  std::string stem_;
};

struct ExecPipes {
  Fd reader;
  Fd writer;
};

Result<ExecPipes> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return exec_failed(std::strerror(errno));
  return ExecPipes{Fd(ends[0]), Fd(ends[1])};
}

int millis_until(SteadyClock::time_point until) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

/// Collects output until the command closed it, or until `until`. False when time is up.
bool collect_output(const Fd& reader, SteadyClock::time_point until, std::size_t limit, std::string& output) {
  char piece[4096];
  for (;;) {
    pollfd polled{reader.get(), POLLIN, 0};
    int ready = ::poll(&polled, 1, millis_until(until));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    auto got = ::read(reader.get(), piece, sizeof piece);
    if (got <= 0) return true;
    output.append(piece, std::min(static_cast<std::size_t>(got), limit - std::min(limit, output.size())));
  }
}

/// Waits for a child at most `millis`; its wait status, or nothing.
std::optional<int> wait_for(pid_t child, const Fd& handle, int millis) {
  pollfd polled{handle.get(), POLLIN, 0};
  if (::poll(&polled, 1, millis) <= 0) return std::nullopt;
  int status = 0;
  return ::waitpid(child, &status, 0) == child ? std::optional(status) : std::nullopt;
}

/// Kills the command, whose parent crun then ends by itself; and crun too if it does not.
void kill_command(const ExecFiles& files, pid_t crun, const Fd& handle) {
  auto text = read_file(files.pid());
  auto pid = text ? to_number<pid_t>(trim(*text)) : std::nullopt;
  if (pid && *pid > 0) ::kill(*pid, SIGKILL);
  if (pid && wait_for(crun, handle, crun_end_millis)) return;
  ::kill(crun, SIGKILL);
  ::waitpid(crun, nullptr, 0);
}

}  // namespace

Result<CrunRuntime::TaskPointer> CrunRuntime::find_running(const ContainerRef& container) {
  auto task = find_task(container.task_id);
  bool running = false;
  if (task != nullptr) {
    std::lock_guard lock(task->mutex);
    auto known = task->containers.find(container.name);
    running = known != task->containers.end() && known->second.state == State::running;
  }
  if (!running) return Error{"NotRunning", cat("container ", container_id(container), " is not running")};
  return task;
}

std::vector<std::string> CrunRuntime::enter_words(const std::string& container_directory, const std::string& log) const {
  std::vector<std::string> words{"roadstead-shim", "enter"};
  if (auto view = cgroups_->crun_view(); !view.empty()) words.insert(words.end(), {"--hierarchies", view});
  words.insert(words.end(), {"--", "--root", container_directory + "/crun", cat("--log=file:", log)});
  return words;
}

Result<ExecOutcome> CrunRuntime::exec(const ContainerRef& container, const ExecSpec& command) {
  static std::atomic<std::uint64_t> executions{0};
  auto until = SteadyClock::now() + command.timeout;
  auto task = TRY(find_running(container));
  auto directory = task->files.container(container.name);
  ExecFiles files(directory, cat(::getpid(), '-', executions.fetch_add(1)));
  auto config = TRY(read_file(directory + "/bundle/config.json"));
  auto process = TRY(render_exec_process(config, command, false));
  auto file = TRY(open_file(files.process(), O_WRONLY | O_CREAT | O_TRUNC));
  TRY(write_all(file.get(), process));

  auto words = enter_words(directory, files.log());
  words.insert(words.end(), {"exec", "--process", files.process(), "--pid-file", files.pid(), crun_id(container)});
  auto output = TRY(make_pipe());
  Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  auto crun = TRY(spawn_crun(
      settings_.shim_program, std::move(words), crun_.get(), {null.get(), output.writer.get(), output.writer.get()}
  ));
  output.writer.reset();
  Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, crun, 0)));

  ExecOutcome outcome;
  bool closed = collect_output(output.reader, until, command.output_limit, outcome.output);
  auto status = closed ? wait_for(crun, handle, millis_until(until)) : std::nullopt;
  if (!status) {
    kill_command(files, crun, handle);
    outcome.timed_out = true;
    outcome.exit_code = killed_exit_code;
    return outcome;
  }
  outcome.exit_code = WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) : WEXITSTATUS(*status);
  auto complaint = read_file(files.log());
  if (outcome.exit_code != 0 && complaint && !trim(*complaint).empty()) return exec_failed(trim(*complaint));
  return outcome;
}

}  // namespace roadstead
