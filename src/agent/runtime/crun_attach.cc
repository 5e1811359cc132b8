// How CrunRuntime runs a command that somebody is attached to: crun exec, with a terminal of the container's own or pipes.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/exec/exec_launch.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr int console_millis = 10'000;

/// A socket in `directory` on which crun hands over the terminal. By way of the open directory, as paths may be longer
/// than addresses.
Result<Fd> listen_in(const std::string& directory, const std::string& name) {
  Fd at = TRY(open_file(directory, O_PATH | O_DIRECTORY));
  Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto path = cat("/proc/self/fd/", at.get(), '/', name);
  if (path.size() >= sizeof address.sun_path) return exec_failed("its name is too long");
  std::memcpy(address.sun_path, path.data(), path.size() + 1);
  bool listening = listener && ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                   ::listen(listener.get(), 1) == 0;
  if (!listening) return exec_failed(std::strerror(errno));
  return listener;
}

/// The terminal that crun sends.
Fd receive_terminal(const Fd& listener) {
  Fd from(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  char text[64];
  iovec part{text, sizeof text};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (!from || ::recvmsg(from.get(), &message, MSG_CMSG_CLOEXEC) < 0) return {};
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int terminal = -1;
  std::memcpy(&terminal, CMSG_DATA(header), sizeof terminal);
  return Fd(terminal);
}

struct Pipe {
  Fd reader;
  Fd writer;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return exec_failed(std::strerror(errno));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

}  // namespace

Result<std::unique_ptr<ExecProcess>> CrunRuntime::open_exec(const ContainerRef& container, const AttachedSpec& command) {
  static std::atomic<std::uint64_t> sessions{0};
  auto task = TRY(find_running(container));
  auto directory = task->files.container(container.name);
  auto name = cat("attach-", ::getpid(), '-', sessions.fetch_add(1));
  // They repeat the environment, so they are where the bundle is.
  auto place = directory + "/bundle";
  auto stem = cat(place, '/', name);
  std::vector<std::string> files{cat(directory, "/bundle/", name, ".json"), stem + ".pid", stem + ".sock", stem + ".log"};
  ExecSpec exec{.args = command.args, .env = command.env, .user = command.user};
  auto config = TRY(read_file(directory + "/bundle/config.json"));
  auto process = TRY(render_exec_process(config, exec, command.terminal));
  auto file = TRY(open_file(files[0], O_WRONLY | O_CREAT | O_TRUNC));
  TRY(write_all(file.get(), process));

  auto words = enter_words(directory, files[3]);
  words.insert(words.end(), {"exec", "--process", files[0], "--pid-file", files[1]});
  Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ExecProcess::Ends ours;
  std::array<int, 3> theirs{null.get(), null.get(), null.get()};
  Fd listener;
  std::array<Pipe, 3> pipes;
  if (command.terminal) {
    listener = TRY(listen_in(place, name + ".sock"));
    words.insert(words.end(), {"--tty", "--console-socket", files[2]});
  } else {
    for (auto& pipe : pipes) pipe = TRY(make_pipe());
    theirs = {pipes[0].reader.get(), pipes[1].writer.get(), pipes[2].writer.get()};
    ours.input = std::move(pipes[0].writer);
    ours.output = std::move(pipes[1].reader);
    ours.error = std::move(pipes[2].reader);
  }
  words.push_back(crun_id(container));
  auto crun = spawn_crun(settings_.shim_program, std::move(words), crun_.get(), theirs);
  if (!crun) {
    for (const auto& made : files) ::unlink(made.c_str());
    return crun.error();
  }
  for (auto& pipe : pipes) pipe = {};
  if (!command.terminal) return std::make_unique<ExecProcess>(*crun, std::move(ours), false, files[1], files);
  Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, *crun, 0)));
  pollfd polled[] = {{listener.get(), POLLIN, 0}, {handle.get(), POLLIN, 0}};
  ::poll(polled, 2, console_millis);
  if ((polled[0].revents & POLLIN) != 0) ours.output = receive_terminal(listener);
  bool attached = static_cast<bool>(ours.output);
  auto opened = std::make_unique<ExecProcess>(*crun, std::move(ours), true, files[1], files);
  if (!attached) {
    auto complaint = opened->complaint();
    return exec_failed(complaint.empty() ? "crun gave no terminal" : docker_words(complaint, command.args.front()));
  }
  opened->resize(command.columns, command.rows);
  return opened;
}

}  // namespace roadstead
