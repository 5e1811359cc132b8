#include "proxy/testing/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

#include "base/text/text.h"
#include "io/fd.h"

namespace roadstead::testing {

struct HttpClient::State {
  Fd fd;
  std::string host;
  std::string input;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls{nullptr, SSL_free};

  bool send_all(std::string_view text) {
    while (!text.empty()) {
      auto sent = tls ? SSL_write(tls.get(), text.data(), static_cast<int>(text.size()))
                      : send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  bool read_more() {
    std::array<char, 16384> buffer;
    auto got = tls ? SSL_read(tls.get(), buffer.data(), buffer.size()) : recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    input.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpClient> HttpClient::connect(int port, const std::string& host, const std::string& authority_file) {
  HttpClient client;
  auto& state = *client.state_;
  state.host = host;
  state.fd.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  timeval timeout{20, 0};
  setsockopt(state.fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(state.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error(errno, "connect to", cat("port ", port));
  }
  if (authority_file.empty()) return client;
  state.context.reset(SSL_CTX_new(TLS_client_method()));
  if (SSL_CTX_load_verify_file(state.context.get(), authority_file.c_str()) != 1) return Error{"Tls", "no authority"};
  SSL_CTX_set_verify(state.context.get(), SSL_VERIFY_PEER, nullptr);
  state.tls.reset(SSL_new(state.context.get()));
  SSL_set_tlsext_host_name(state.tls.get(), host.c_str());
  SSL_set1_host(state.tls.get(), host.c_str());
  SSL_set_fd(state.tls.get(), state.fd.get());
  if (SSL_connect(state.tls.get()) != 1) {
    char text[256] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    return Error{"Tls", text};
  }
  return client;
}

Result<HttpReply> HttpClient::get(const std::string& path, const std::string& headers) {
  return request("GET", path, headers);
}

Result<HttpReply> HttpClient::request(const std::string& method, const std::string& path, const std::string& headers) {
  auto& state = *state_;
  if (!state.send_all(cat(method, " ", path, " HTTP/1.1\r\nHost: ", state.host, "\r\n", headers, "\r\n"))) {
    return Error{"Closed", "cannot send"};
  }
  while (state.input.find("\r\n\r\n") == std::string::npos) {
    if (!state.read_more()) return Error{"Closed", "no reply"};
  }
  HttpReply reply;
  auto end = state.input.find("\r\n\r\n") + 4;
  reply.head = to_lower(state.input.substr(0, end));
  state.input.erase(0, end);
  reply.status = to_number<int>(std::string_view(reply.head).substr(9, 3)).value_or(0);
  std::size_t size = 0;
  auto length = reply.head.find("content-length: ");
  if (length != std::string::npos) {
    auto rest = std::string_view(reply.head).substr(length + 16);
    size = to_number<std::size_t>(rest.substr(0, rest.find("\r\n"))).value_or(0);
  }
  while (state.input.size() < size) {
    if (!state.read_more()) return Error{"Closed", "half a reply"};
  }
  reply.body = state.input.substr(0, size);
  state.input.erase(0, size);
  return reply;
}

Result<std::string> HttpClient::echo(const std::string& bytes) {
  if (!state_->send_all(bytes)) return Error{"Closed", "cannot send"};
  while (state_->input.size() < bytes.size()) {
    if (!state_->read_more()) return Error{"Closed", "no echo"};
  }
  auto out = state_->input.substr(0, bytes.size());
  state_->input.erase(0, bytes.size());
  return out;
}

Result<HttpReply> get_once(
    int port, const std::string& host, const std::string& path, const std::string& authority_file,
    const std::string& headers
) {
  auto client = TRY(HttpClient::connect(port, host, authority_file));
  return client.get(path, headers);
}

}  // namespace roadstead::testing
