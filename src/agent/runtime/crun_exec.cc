// How CrunRuntime runs a command inside a container: crun exec, by a child of this process.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

namespace json = boost::json;
using SteadyClock = std::chrono::steady_clock;

constexpr int killed_exit_code = 128 + SIGKILL;
constexpr int crun_end_millis = 2000;

/// Files of one exec in the container's directory, removed with it.
class ExecFiles {
 public:
  ExecFiles(const std::string& directory, std::string_view name) : stem_(cat(directory, "/exec-", name)) {}

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

Error exec_failed(std::string_view why) { return {"ExecFailed", cat("the command could not be run: ", why)}; }

/// The process of the bundle with the command in its place, as crun exec --process reads it.
Result<std::string> render_exec_process(const std::string& config, const ExecSpec& command) {
  boost::system::error_code problem;
  auto parsed = json::parse(config, problem);
  if (problem || !parsed.is_object() || !parsed.as_object().contains("process"))
    return exec_failed("its bundle cannot be read");
  auto process = parsed.as_object()["process"].as_object();
  json::array args;
  for (const auto& argument : command.args) args.emplace_back(argument);
  process["args"] = std::move(args);
  process["terminal"] = false;
  for (const auto& line : command.env) process["env"].as_array().emplace_back(line);
  if (!command.cwd.empty()) process["cwd"] = command.cwd;
  if (!command.user.empty()) {
    auto parts = split(command.user, ':');
    auto uid = to_number<std::uint32_t>(parts[0]);
    auto gid = parts.size() > 1 ? to_number<std::uint32_t>(parts[1]) : std::optional<std::uint32_t>(0);
    if (!uid || !gid) return exec_failed("the user must be uid or uid:gid");
    json::object user;
    user["uid"] = *uid;
    user["gid"] = *gid;
    process["user"] = std::move(user);
  }
  return json::serialize(process);
}

struct ExecPipes {
  Fd reader;
  Fd writer;
};

Result<ExecPipes> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return exec_failed(std::strerror(errno));
  return ExecPipes{Fd(ends[0]), Fd(ends[1])};
}

Result<pid_t> spawn_crun(const std::string& program, std::vector<std::string> words, int crun_fd, const Fd& output) {
  Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd sources[] = {
      Fd(::fcntl(null.get(), F_DUPFD_CLOEXEC, 16)), Fd(::fcntl(output.get(), F_DUPFD_CLOEXEC, 16)),
      Fd(::fcntl(crun_fd, F_DUPFD_CLOEXEC, 16))
  };
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, sources[0].get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, sources[1].get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, sources[1].get(), 2);
  ::posix_spawn_file_actions_adddup2(&actions, sources[2].get(), SHIM_CRUN_FD);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  pid_t pid = 0;
  int problem = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (problem != 0) return exec_failed(std::strerror(problem));
  return pid;
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

Result<ExecOutcome> CrunRuntime::exec(const ContainerRef& container, const ExecSpec& command) {
  static std::atomic<std::uint64_t> executions{0};
  auto until = SteadyClock::now() + command.timeout;
  auto task = find_task(container.task_id);
  bool running = false;
  if (task != nullptr) {
    std::lock_guard lock(task->mutex);
    auto known = task->containers.find(container.name);
    running = known != task->containers.end() && known->second.state == State::running;
  }
  if (!running) return Error{"NotRunning", cat("container ", container_id(container), " is not running")};
  auto directory = task->files.container(container.name);
  ExecFiles files(directory, cat(::getpid(), '-', executions.fetch_add(1)));
  auto config = TRY(read_file(directory + "/bundle/config.json"));
  auto process = TRY(render_exec_process(config, command));
  auto file = TRY(open_file(files.process(), O_WRONLY | O_CREAT | O_TRUNC));
  TRY(write_all(file.get(), process));

  std::vector<std::string> words{"roadstead-shim", "enter"};
  if (auto view = cgroups_->crun_view(); !view.empty()) words.insert(words.end(), {"--hierarchies", view});
  words.insert(
      words.end(), {"--", "--root", directory + "/crun", cat("--log=file:", files.log()), "exec", "--process",
                    files.process(), "--pid-file", files.pid(), crun_id(container)}
  );
  auto output = TRY(make_pipe());
  auto crun = TRY(spawn_crun(settings_.shim_program, std::move(words), crun_.get(), output.writer));
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
