#include "agent/runtime/exec/exec_launch.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <boost/json.hpp>
#include <cstdint>
#include <cstring>

#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"

namespace roadstead {

namespace json = boost::json;

Error exec_failed(std::string_view why) { return {"ExecFailed", cat("the command could not be run: ", why)}; }

Result<std::string> render_exec_process(const std::string& config, const ExecSpec& command, bool terminal) {
  boost::system::error_code problem;
  auto parsed = json::parse(config, problem);
  if (problem || !parsed.is_object() || !parsed.as_object().contains("process"))
    return exec_failed("its bundle cannot be read");
  auto process = parsed.as_object()["process"].as_object();
  json::array args;
  for (const auto& argument : command.args) args.emplace_back(argument);
  process["args"] = std::move(args);
  process["terminal"] = terminal;
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

Result<pid_t> spawn_crun(
    const std::string& program, std::vector<std::string> words, int crun_fd, const std::array<int, 3>& standard
) {
  // Copies with high numbers, so that giving one its number cannot overwrite another.
  Fd sources[] = {
      Fd(::fcntl(standard[0], F_DUPFD_CLOEXEC, 16)), Fd(::fcntl(standard[1], F_DUPFD_CLOEXEC, 16)),
      Fd(::fcntl(standard[2], F_DUPFD_CLOEXEC, 16)), Fd(::fcntl(crun_fd, F_DUPFD_CLOEXEC, 16))
  };
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, sources[0].get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, sources[1].get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, sources[2].get(), 2);
  ::posix_spawn_file_actions_adddup2(&actions, sources[3].get(), SHIM_CRUN_FD);
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

}  // namespace roadstead
