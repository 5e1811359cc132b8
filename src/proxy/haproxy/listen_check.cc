#include "proxy/haproxy/listen_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/text/text.h"
#include "io/fd.h"
#include "proxy/render/render_connect.h"

namespace roadstead {
namespace {

enum class Trial { listen, bind_beside_us };

/// The errno of binding, and listening, there, or 0. Beside sockets of our own account that were opened to be shared, as
/// HAProxy's are, it can only be seen whether we could bind: who listens gets connections.
int try_address(const std::string& address, int port, Trial trial) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool v6 = address.find(':') != std::string::npos;
  if (v6) {
    auto* to = reinterpret_cast<sockaddr_in6*>(&storage);
    to->sin6_family = AF_INET6;
    to->sin6_port = htons(static_cast<std::uint16_t>(port));
    size = sizeof *to;
    if (inet_pton(AF_INET6, address.c_str(), &to->sin6_addr) != 1) return EINVAL;
  } else {
    auto* to = reinterpret_cast<sockaddr_in*>(&storage);
    to->sin_family = AF_INET;
    to->sin_port = htons(static_cast<std::uint16_t>(port));
    size = sizeof *to;
    if (inet_pton(AF_INET, address.c_str(), &to->sin_addr) != 1) return EINVAL;
  }
  Fd fd(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (trial == Trial::bind_beside_us) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (v6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) return errno;
  return trial == Trial::bind_beside_us || listen(fd.get(), 1) == 0 ? 0 : errno;
}

}  // namespace

std::optional<std::string> listen_problem(const std::string& address, int port, const std::string& otherwise) {
  int problem = try_address(address, port, Trial::listen);
  if (problem == 0) return std::nullopt;
  auto where = cat("Port ", port, " on ", address);
  if (problem == EADDRINUSE) return cat(where, " is used by another program. Stop that program, or ", otherwise, ".");
  if (problem == EACCES) return cat(where, " needs root. Run roadstead as root, or ", otherwise, ".");
  return cat(where, " cannot be listened on: ", strerror(problem), ". Choose another address or port.");
}

std::optional<std::string> listen_problem(const ProxySettings& settings, int port) {
  bool https = port == settings.https_port;
  std::string elsewhere = "remove the listener of that port";
  if (https) elsewhere = "start roadstead with --https-port 8443";
  if (port == settings.http_port) elsewhere = "start roadstead with --http-port 8080";
  for (const auto& address : settings.bind_addresses) {
    if (auto problem = listen_problem(address, port, elsewhere)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> endpoint_problem(const std::string& address) {
  int problem = try_address(address, connect_proxy_port, Trial::bind_beside_us);
  if (problem == 0) return std::nullopt;
  auto where = cat("Service Connect cannot listen on ", address, ":", connect_proxy_port, ": ", strerror(problem), ". ");
  if (problem == EADDRINUSE) return cat(where, "Stop the program that uses port ", connect_proxy_port, ".");
  return cat(where, "Is the network of tasks set up? See roadstead doctor.");
}

}  // namespace roadstead
