#include "agent/runtime/shim_link.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/runtime/shim_protocol.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

Error cannot(std::string_view action, int number) {
  return {
      "ResourceInitializationError", cat("the keeper of the task could not be started: ", action), std::strerror(number)
  };
}

Error gone(std::string_view what) { return {"ShimGone", cat("the keeper of the task does not answer: ", what)}; }

/// The address of a socket whose path may be longer than an address: by way of an open directory.
sockaddr_un address_in(const Fd& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto path = cat("/proc/self/fd/", directory.get(), "/shim.sock");
  std::memcpy(address.sun_path, path.data(), path.size() + 1);
  return address;
}

const sockaddr* as_address(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

Fd open_directory(const std::string& path) { return Fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)); }

Result<Fd> listen_in(const Fd& directory) {
  Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return cannot("socket", errno);
  ::unlinkat(directory.get(), "shim.sock", 0);
  auto address = address_in(directory);
  if (::bind(socket.get(), as_address(address), sizeof address) != 0) return cannot("bind", errno);
  if (::fchmodat(directory.get(), "shim.sock", 0600, 0) != 0) return cannot("chmod", errno);
  if (::listen(socket.get(), 16) != 0) return cannot("listen", errno);
  return socket;
}

Result<Fd> connect_to(const TaskFiles& files) {
  auto directory = open_directory(files.directory);
  if (!directory) return gone(std::strerror(errno));
  Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  auto address = address_in(directory);
  if (::connect(socket.get(), as_address(address), sizeof address) != 0) return gone(std::strerror(errno));
  return socket;
}

Status send_texts(const Fd& socket, const std::vector<std::string>& texts) {
  std::string message;
  for (const auto& text : texts) message.append(text).push_back('\0');
  if (message.size() >= SHIM_MESSAGE_MAX) return Error{"Refused", "the request is too long"};
  if (::send(socket.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) return gone(std::strerror(errno));
  return Done{};
}

std::vector<std::string> cut_message(std::string_view message) {
  std::vector<std::string> texts;
  for (auto text : split(message, '\0')) texts.emplace_back(text);
  if (!texts.empty()) texts.pop_back();  // what follows the last zero byte
  return texts;
}

/// Descriptors of a keeper: its own log as output, and the three it expects by number.
class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }

  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void put(int fd, int as) { ::posix_spawn_file_actions_adddup2(&actions_, fd, as); }

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A copy of `fd` numbered above those that a keeper expects, so that giving it one number cannot overwrite another.
Fd above(int fd) { return Fd(::fcntl(fd, F_DUPFD_CLOEXEC, 16)); }

Result<pid_t> spawn(const ShimBirth& birth, const Fd& listener, const Fd& directory) {
  Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  Fd log(::open(birth.files.shim_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!null || !log) return cannot("log", errno);
  Fd sources[] = {
      above(null.get()), above(log.get()), above(listener.get()), above(birth.crun_fd), above(directory.get())
  };
  SpawnActions actions;
  actions.put(sources[0].get(), 0);
  actions.put(sources[0].get(), 1);
  actions.put(sources[1].get(), 2);
  actions.put(sources[2].get(), SHIM_LISTEN_FD);
  actions.put(sources[3].get(), SHIM_CRUN_FD);
  actions.put(sources[4].get(), SHIM_DIR_FD);
  std::vector<std::string> words{"roadstead-shim", "serve", "--directory", birth.files.directory};
  if (!birth.crun_view.empty()) words.insert(words.end(), {"--hierarchies", birth.crun_view});
  for (const auto& file : birth.cgroup_files) words.insert(words.end(), {"--cgroup", file});
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char* environment[] = {nullptr};
  pid_t pid = 0;
  int problem = ::posix_spawn(&pid, birth.program.c_str(), actions.get(), nullptr, arguments.data(), environment);
  if (problem != 0) return cannot(birth.program, problem);
  return pid;
}

}  // namespace

Result<ProcessMark> spawn_shim(const ShimBirth& birth) {
  Fd directory(::open(birth.files.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return cannot("open", errno);
  auto listener = TRY(listen_in(directory));
  auto pid = TRY(spawn(birth, listener, directory));
  auto stat = read_file(cat("/proc/", pid, "/stat"));
  auto start_time = stat ? parse_start_time(*stat) : std::nullopt;
  return ProcessMark{pid, start_time.value_or(0)};
}

Result<std::vector<std::string>> ask_shim(
    const TaskFiles& files, const std::vector<std::string>& request, Duration timeout
) {
  auto socket = TRY(connect_to(files));
  timeval patience{};
  patience.tv_sec = timeout.count() / 1'000'000;
  patience.tv_usec = timeout.count() % 1'000'000;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  TRY(send_texts(socket, request));
  char message[SHIM_MESSAGE_MAX];
  ssize_t got = 0;
  do {
    got = ::recv(socket.get(), message, sizeof message, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return gone(got == 0 ? "it ended" : std::strerror(errno));
  auto answer = cut_message({message, static_cast<std::size_t>(got)});
  if (answer.empty()) return gone("it answered nothing");
  auto verdict = answer.front();
  answer.erase(answer.begin());
  if (verdict == "ok") return answer;
  return Error{"Refused", answer.empty() ? "no reason given" : answer.front()};
}

Result<Fd> subscribe_shim(const TaskFiles& files) {
  auto socket = TRY(connect_to(files));
  TRY(send_texts(socket, {"subscribe"}));
  return socket;
}

std::optional<std::vector<std::string>> hear_shim(int subscription) {
  char message[SHIM_MESSAGE_MAX];
  auto got = ::recv(subscription, message, sizeof message, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::vector<std::string>();
  if (got <= 0) return std::nullopt;
  return cut_message({message, static_cast<std::size_t>(got)});
}

}  // namespace roadstead
