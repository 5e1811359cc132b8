#include "proxy/haproxy/runtime_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr int answer_timeout_seconds = 10;

Result<Fd> connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{"PathTooLong", cat("The path of the socket ", path, " is longer than ", sizeof address.sun_path - 1,
                                    " characters; choose a shorter state directory.")};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error(errno, "make a socket for", path);
  timeval timeout{answer_timeout_seconds, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error(errno, "connect to", path);
  }
  return fd;
}

Status send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return system_error(errno, "send to", "HAProxy");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Done{};
}

/// Appends what has come to `out`; false at the end of the stream.
Result<bool> receive_more(int fd, std::string& out) {
  std::array<char, 65536> buffer;
  auto got = recv(fd, buffer.data(), buffer.size(), 0);
  if (got < 0 && errno == EINTR) return true;
  if (got < 0) return system_error(errno, "hear from", "HAProxy");
  out.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

Status RuntimeSocket::connect(const std::string& path) {
  fd_ = TRY(connect_unix(path));
  auto answer = ask({"prompt"});
  if (!answer) return answer.error();
  // Without it the connection ends after ten seconds of silence.
  answer = ask({"set timeout cli 3600"});
  if (!answer) return answer.error();
  return Done{};
}

Result<std::string> RuntimeSocket::ask(const RuntimeCommand& command) {
  if (!fd_) return Error{"NotConnected", "There is no connection to HAProxy."};
  auto text = command.payload.empty() ? cat(command.text, "\n") : cat(command.text, " <<\n", command.payload, "\n");
  if (!command.payload.empty() && !command.payload.ends_with('\n')) text += "\n";
  auto sent = send_all(fd_.get(), text);
  auto answer = sent ? read_answer() : Result<std::string>(sent.error());
  if (!answer) close();
  return answer;
}

Result<std::string> RuntimeSocket::read_answer() {
  std::string answer;
  while (!answer.ends_with("\n> ")) {
    bool more = TRY(receive_more(fd_.get(), answer));
    if (!more) return Error{"NotConnected", "HAProxy closed the connection."};
  }
  answer.resize(answer.size() - 3);
  std::string_view text = answer;
  while (text.starts_with("+ ")) text.remove_prefix(2);  // prompts between the lines of a payload
  return std::string(trim(text));
}

Result<std::string> RuntimeSocket::expect_ok(const RuntimeCommand& command) {
  auto answer = TRY(ask(command));
  if (is_success(answer)) return answer;
  return Error{"ProxyRefused", cat("HAProxy refused '", command.text, "': ", answer)};
}

Result<std::string> ask_once(const std::string& path, std::string_view question) {
  auto fd = TRY(connect_unix(path));
  TRY(send_all(fd.get(), cat(question, "\n")));
  shutdown(fd.get(), SHUT_WR);
  std::string answer;
  while (TRY(receive_more(fd.get(), answer))) {
  }
  return answer;
}

bool is_success(std::string_view answer) {
  if (answer.empty() || answer.find("Success!") != std::string_view::npos) return true;
  for (std::string_view good : {"New server registered.", "Server deleted.", "New version created:", "New empty certificate",
                                "Transaction created", "Transaction updated", "Entry '", "Certificate '"}) {
    if (answer.starts_with(good)) return true;
  }
  return false;
}

}  // namespace roadstead
