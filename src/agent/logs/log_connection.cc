#include "agent/logs/log_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr int linger_millis = 1000;

int millis_of(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

bool waits_for(int fd, short events, int millis) {
  pollfd polled{fd, events, 0};
  return ::poll(&polled, 1, millis) > 0;
}

}  // namespace

bool LogConnection::is_stream() const {
  return address_.kind == LogAddress::Kind::tcp || address_.kind == LogAddress::Kind::unix_stream;
}

// Go's words, which those who know Docker's messages look for.
Error LogConnection::unreachable(int problem) const {
  std::string where = address_.path.empty() ? cat(address_.host, ':', address_.port) : address_.path;
  std::string_view network = address_.kind == LogAddress::Kind::tcp   ? "tcp "
                             : address_.kind == LogAddress::Kind::udp ? "udp "
                             : is_stream()                            ? "unix "
                                                                      : "unixgram ";
  return Error{"LogUnreachable", cat("dial ", network, where, ": connect: ", to_lower(std::strerror(problem)))};
}

// Who listens for log lines says nothing; what can be read from a stream is its end.
bool LogConnection::peer_has_gone() const {
  if (!is_stream()) return false;
  char byte = 0;
  ssize_t got = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

Status LogConnection::open() {
  if (socket_ && peer_has_gone()) socket_.reset();
  if (socket_) return Done{};
  return address_.path.empty() ? connect_host() : connect_unix();
}

Status LogConnection::finish_connect(int fd, int problem) const {
  if (problem == EINPROGRESS || problem == EAGAIN) {
    if (!waits_for(fd, POLLOUT, millis_of(patience_))) return unreachable(ETIMEDOUT);
    socklen_t size = sizeof problem;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  }
  return problem == 0 ? Status(Done{}) : unreachable(problem);
}

// A path may be longer than a socket's address; the directory's descriptor is not.
Status LogConnection::connect_unix() {
  std::size_t slash = address_.path.rfind('/');
  Result<Fd> directory = open_file(address_.path.substr(0, slash + 1), O_PATH | O_DIRECTORY);
  if (!directory) return unreachable(ENOENT);
  std::string path = cat("/proc/self/fd/", directory->get(), '/', address_.path.substr(slash + 1));
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof name.sun_path) return unreachable(ENAMETOOLONG);
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  Fd made(::socket(AF_UNIX, (is_stream() ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int problem = ::connect(made.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ? 0 : errno;
  // EAGAIN of a unix socket means that its queue is full: somebody is there who does not accept.
  if (problem != 0) return unreachable(problem);
  socket_ = std::move(made);
  return Done{};
}

Status LogConnection::connect_host() {
  addrinfo hints{};
  hints.ai_socktype = address_.kind == LogAddress::Kind::tcp ? SOCK_STREAM : SOCK_DGRAM;
  addrinfo* found = nullptr;
  int failed = ::getaddrinfo(address_.host.c_str(), cat(address_.port).c_str(), &hints, &found);
  if (failed != 0) return Error{"LogUnreachable", cat("lookup ", address_.host, ": ", to_lower(::gai_strerror(failed)))};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  Status last = unreachable(EADDRNOTAVAIL);
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Fd made(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made) continue;
    int problem = ::connect(made.get(), at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    last = finish_connect(made.get(), problem);
    if (!last) continue;
    socket_ = std::move(made);
    break;
  }
  return last;
}

Status LogConnection::send(std::string_view bytes) {
  bool refused = false;
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN && waits_for(socket_.get(), POLLOUT, millis_of(patience_))) continue;
    // It was an earlier datagram that found nobody. This one may, and nobody will ever know.
    if (errno == ECONNREFUSED && address_.kind == LogAddress::Kind::udp) {
      if (std::exchange(refused, true)) return Done{};
      continue;
    }
    Error broken = unreachable(errno == EAGAIN ? ETIMEDOUT : errno);
    socket_.reset();
    return broken;
  }
  return Done{};
}

void LogConnection::close() {
  if (socket_ && is_stream() && ::shutdown(socket_.get(), SHUT_WR) == 0) {
    char bytes[512];
    while (waits_for(socket_.get(), POLLIN, linger_millis) && ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT) > 0) continue;
  }
  socket_.reset();
}

}  // namespace roadstead
