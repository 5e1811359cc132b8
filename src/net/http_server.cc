#include "net/http_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "base/text/text.h"
#include "net/http_worker.h"

namespace roadstead {

namespace {

constexpr int backlog = 4096;

/// A socket address of any of the three kinds.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Error listen_failed(const std::string& where) {
  return {"ListenFailed", cat("cannot listen on ", where, ": ", std::string_view(std::strerror(errno)))};
}

Result<Address> address_of(const HttpListen& listen) {
  Address out;
  if (!listen.unix_path.empty()) {
    auto& path = reinterpret_cast<sockaddr_un&>(out.storage);
    if (listen.unix_path.size() >= sizeof path.sun_path) {
      return Error{"ListenFailed", cat("the path ", listen.unix_path, " is too long for a Unix socket")};
    }
    path.sun_family = AF_UNIX;
    std::memcpy(path.sun_path, listen.unix_path.c_str(), listen.unix_path.size() + 1);
    out.size = sizeof path;
    return out;
  }
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
  if (inet_pton(AF_INET, listen.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(listen.port);
    out.size = sizeof v4;
    return out;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (inet_pton(AF_INET6, listen.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(listen.port);
    out.size = sizeof v6;
    return out;
  }
  return Error{"ListenFailed", cat("'", listen.address, "' is not a numeric address")};
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
  return 0;
}

/// A bound TCP socket; it closes itself unless released.
Result<int> bind_tcp(const HttpListen& listen, bool share_port) {
  auto address = TRY(address_of(listen));
  auto where = cat(listen.address, ':', listen.port);
  int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return listen_failed(where);
  int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address.storage), address.size) != 0) {
    auto error = listen_failed(where);
    ::close(fd);
    return error;
  }
  return fd;
}

/// Binds `count` sockets to one port. A port that someone else shares with SO_REUSEPORT would seem free, and he would
/// get part of our requests: so the first try is without.
Result<std::vector<int>> bind_tcp_sockets(HttpListen& listen, int count) {
  if (listen.port != 0) ::close(TRY(bind_tcp(listen, false)));
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) {
    auto bound = bind_tcp(listen, true);
    if (bound && ::listen(*bound, backlog) != 0) {
      ::close(*bound);
      bound = listen_failed(cat(listen.address, ':', listen.port));
    }
    if (!bound) {
      for (int fd : fds) ::close(fd);
      return bound.error();
    }
    fds.push_back(*bound);
    if (listen.port == 0) listen.port = port_of(*bound);
  }
  return fds;
}

bool someone_answers_at(const Address& address) {
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool answered = ::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0;
  ::close(fd);
  return answered;
}

/// One Unix socket, the same for all workers.
Result<std::vector<int>> bind_unix_sockets(const HttpListen& listen, int count) {
  auto address = TRY(address_of(listen));
  if (someone_answers_at(address)) {
    return Error{"ListenFailed", cat("another process listens on ", listen.unix_path)};
  }
  ::unlink(listen.unix_path.c_str());
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // Linux gives the socket file the mode that the socket has when it is bound.
  bool bound = fd >= 0 && ::fchmod(fd, 0600) == 0 &&
               ::bind(fd, reinterpret_cast<sockaddr*>(&address.storage), address.size) == 0 &&
               ::listen(fd, backlog) == 0;
  if (!bound) {
    auto error = listen_failed(listen.unix_path);
    if (fd >= 0) ::close(fd);
    return error;
  }
  std::vector<int> fds{fd};
  for (int i = 1; i < count; ++i) fds.push_back(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  return fds;
}

}  // namespace

struct HttpServer::State {
  HttpServerOptions options;
  HttpHandler handler;
  std::shared_ptr<const TlsContext> tls;
  std::vector<std::shared_ptr<HttpWorker>> workers;
  std::vector<std::thread> threads;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, HttpHandler handler) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->handler = std::move(handler);
  if (const auto& files = state->options.tls) {
    state->tls = TRY(TlsContext::from_files(files->certificate, files->key));
  }
  int count = std::max(1, state->options.threads);
  for (int i = 0; i < count; ++i)
    state->workers.push_back(std::make_shared<HttpWorker>(state->options, state->handler));
  for (auto& listen : state->options.listen) {
    if (listen.tls && state->tls == nullptr) return Error{"TlsFailed", "TLS needs a certificate and its key"};
    auto fds = TRY(listen.unix_path.empty() ? bind_tcp_sockets(listen, count) : bind_unix_sockets(listen, count));
    for (int i = 0; i < count; ++i) {
      auto at = static_cast<std::size_t>(i);
      state->workers[at]->listen({fds[at], listen.tls ? state->tls : nullptr});
    }
  }
  for (int i = 0; i < count; ++i) {
    state->threads.emplace_back([worker = state->workers[static_cast<std::size_t>(i)]] { worker->run(); });
    ::pthread_setname_np(state->threads.back().native_handle(), cat("net-", i).c_str());
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() { stop(std::chrono::milliseconds(0)); }

std::uint16_t HttpServer::port() const {
  for (const auto& listen : state_->options.listen) {
    if (listen.unix_path.empty()) return listen.port;
  }
  return 0;
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  for (const auto& worker : state_->workers) worker->stop(grace);
  for (auto& thread : state_->threads) thread.join();
  for (const auto& listen : state_->options.listen) {
    if (!listen.unix_path.empty() && !state_->threads.empty()) ::unlink(listen.unix_path.c_str());
  }
  state_->threads.clear();
}

}  // namespace roadstead
