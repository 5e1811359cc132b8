#include "net/http_client.h"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::size_t most_response_bytes = 256U * 1024 * 1024;

Error disconnected() { return {"Disconnected", "the server closed the connection"}; }

Error from_errno(std::string_view doing) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS) return {"Timeout", cat(doing, " took too long")};
  return {"ConnectFailed", cat(doing, ": ", std::string_view(std::strerror(errno)))};
}

void set_timeout(int fd, std::chrono::milliseconds timeout) {
  timeval span{};
  span.tv_sec = timeout.count() / 1000;
  span.tv_usec = timeout.count() % 1000 * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &span, sizeof span);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof span);
}

Result<int> connect_unix(const std::string& path, std::chrono::milliseconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{"ConnectFailed", cat("the path ", path, " is too long")};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  set_timeout(fd, timeout);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  auto error = from_errno(cat("connecting to ", path));
  ::close(fd);
  return error;
}

Result<int> connect_tcp(const HttpEndpoint& endpoint, std::chrono::milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto where = cat(endpoint.host, ':', endpoint.port);
  int problem = ::getaddrinfo(endpoint.host.c_str(), cat(endpoint.port).c_str(), &hints, &found);
  if (problem != 0)
    return Error{"ConnectFailed", cat("connecting to ", where, ": ", std::string_view(gai_strerror(problem)))};
  Error last{"ConnectFailed", cat("connecting to ", where, ": no address")};
  for (auto* entry = found; entry != nullptr; entry = entry->ai_next) {
    int fd = ::socket(entry->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    set_timeout(fd, timeout);
    if (::connect(fd, entry->ai_addr, entry->ai_addrlen) == 0) {
      ::freeaddrinfo(found);
      return fd;
    }
    last = from_errno(cat("connecting to ", where));
    ::close(fd);
  }
  ::freeaddrinfo(found);
  return last;
}

}  // namespace

std::string HttpEndpoint::host_header() const {
  if (!unix_path.empty()) return "localhost";
  auto name = host.find(':') == std::string::npos ? host : cat('[', host, ']');
  return port == (tls ? 443 : 80) ? name : cat(name, ':', port);
}

Result<HttpEndpoint> parse_endpoint(std::string_view text) {
  Error bad{"InvalidEndpoint", cat("'", text, "' is not http://host:port, https://host:port or unix:/path")};
  HttpEndpoint out;
  if (text.starts_with("unix:")) {
    out.unix_path = text.substr(5);
    if (!out.unix_path.starts_with('/')) return bad;
    return out;
  }
  out.tls = text.starts_with("https://");
  if (!out.tls && !text.starts_with("http://")) return bad;
  auto rest = text.substr(out.tls ? 8 : 7);
  rest = rest.substr(0, rest.find('/'));
  out.port = out.tls ? 443 : 80;
  auto colon = rest.rfind(':');
  bool has_port = colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos;
  if (has_port) {
    auto port = to_number<std::uint16_t>(rest.substr(colon + 1));
    if (!port) return bad;
    out.port = *port;
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  if (rest.empty()) return bad;
  out.host = rest;
  return out;
}

/// An open connection and what was read ahead.
struct HttpClient::Connection {
  int fd = -1;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  std::string ahead;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  ~Connection() {
    SSL_free(ssl);
    SSL_CTX_free(context);
    if (fd >= 0) ::close(fd);
  }

  Status open_tls(const HttpEndpoint& endpoint, const HttpClientOptions& options);
  Status write(std::string_view bytes);
  /// Appends more bytes to `ahead`; Disconnected at the end of the stream.
  Status read_more();
  Result<std::string> read_until(std::string_view mark);
  Result<std::string> read_exactly(std::size_t size);
  Result<std::string> read_to_end();
  Result<std::string> read_chunks();
};

Status HttpClient::Connection::open_tls(const HttpEndpoint& endpoint, const HttpClientOptions& options) {
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  bool trusts = options.authority_file.empty()
                    ? SSL_CTX_set_default_verify_paths(context) == 1
                    : SSL_CTX_load_verify_locations(context, options.authority_file.c_str(), nullptr) == 1;
  if (!trusts) return Error{"TlsFailed", cat("cannot read the authority ", options.authority_file)};
  ssl = SSL_new(context);
  SSL_set_tlsext_host_name(ssl, endpoint.host.c_str());
  X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, endpoint.host.c_str()) != 1) SSL_set1_host(ssl, endpoint.host.c_str());
  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) == 1) return Done{};
  auto verdict = SSL_get_verify_result(ssl);
  ERR_clear_error();
  return Error{
      "TlsFailed", cat("TLS with ", endpoint.host, ": ", std::string_view(X509_verify_cert_error_string(verdict)))
  };
}

Status HttpClient::Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto size = ssl != nullptr
                    ? SSL_write(ssl, bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20)))
                    : ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return errno == EAGAIN ? from_errno("sending the request") : disconnected();
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return Done{};
}

Status HttpClient::Connection::read_more() {
  char buffer[16 * 1024];
  auto size = ssl != nullptr ? SSL_read(ssl, buffer, sizeof buffer) : ::recv(fd, buffer, sizeof buffer, 0);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return Error{"Timeout", "the server did not answer in time"};
  if (size <= 0) return disconnected();
  if (ahead.size() > most_response_bytes) return Error{"BadResponse", "the answer is too large"};
  ahead.append(buffer, static_cast<std::size_t>(size));
  return Done{};
}

Result<std::string> HttpClient::Connection::read_until(std::string_view mark) {
  std::size_t at = std::string::npos;
  while ((at = ahead.find(mark)) == std::string::npos) TRY(read_more());
  auto out = ahead.substr(0, at);
  ahead.erase(0, at + mark.size());
  return out;
}

Result<std::string> HttpClient::Connection::read_exactly(std::size_t size) {
  while (ahead.size() < size) TRY(read_more());
  auto out = ahead.substr(0, size);
  ahead.erase(0, size);
  return out;
}

Result<std::string> HttpClient::Connection::read_to_end() {
  for (;;) {
    auto more = read_more();
    if (more) continue;
    if (more.error().code != "Disconnected") return more.error();
    return std::move(ahead);
  }
}

Result<std::string> HttpClient::Connection::read_chunks() {
  std::string out;
  for (;;) {
    auto line = TRY(read_until("\r\n"));
    std::size_t size = 0;
    auto digits = line.substr(0, line.find(';'));
    auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (problem != std::errc{} || size > most_response_bytes) return Error{"BadResponse", "a chunk without a size"};
    if (size == 0) break;
    out += TRY(read_exactly(size));
    TRY(read_until("\r\n"));
  }
  while (!TRY(read_until("\r\n")).empty()) {
  }
  return out;
}

HttpClient::HttpClient(HttpEndpoint endpoint, HttpClientOptions options)
    : endpoint_(std::move(endpoint)), options_(std::move(options)) {}

HttpClient::~HttpClient() = default;

namespace {

/// The head of an answer: status and headers.
Result<HttpResponse> parse_head(std::string_view head) {
  HttpResponse out;
  auto lines = split(head, '\n');
  auto words = split(trim(lines[0]), ' ');
  auto status = words.size() >= 2 && words[0].starts_with("HTTP/1.") ? to_number<int>(words[1]) : std::nullopt;
  if (!status) return Error{"BadResponse", "the answer is not HTTP/1.1"};
  out.status = *status;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    out.headers.emplace_back(
        std::string(trim(lines[i].substr(0, colon))), std::string(trim(lines[i].substr(colon + 1)))
    );
  }
  return out;
}

std::string_view find_header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

}  // namespace

Result<HttpResponse> HttpClient::exchange(const std::string& bytes, bool has_body) {
  if (connection_ == nullptr) {
    auto opened = std::make_unique<Connection>();
    opened->fd =
        TRY(endpoint_.unix_path.empty() ? connect_tcp(endpoint_, options_.timeout)
                                        : connect_unix(endpoint_.unix_path, options_.timeout));
    if (endpoint_.tls) TRY(opened->open_tls(endpoint_, options_));
    connection_ = std::move(opened);
  }
  TRY(connection_->write(bytes));
  HttpResponse response;
  do {
    auto head = TRY(connection_->read_until("\r\n\r\n"));
    response = TRY(parse_head(head));
  } while (response.status == 100);
  bool keep = !equal_ignoring_case(find_header(response, "connection"), "close");
  auto length = find_header(response, "content-length");
  bool bodiless = !has_body || response.status == 204 || response.status == 304;
  if (bodiless) {
    response.body.clear();
  } else if (equal_ignoring_case(find_header(response, "transfer-encoding"), "chunked")) {
    response.body = TRY(connection_->read_chunks());
  } else if (!length.empty()) {
    auto size = to_number<std::size_t>(length);
    if (!size || *size > most_response_bytes) return Error{"BadResponse", "the answer has no sound Content-Length"};
    response.body = TRY(connection_->read_exactly(*size));
  } else {
    response.body = TRY(connection_->read_to_end());
    keep = false;
  }
  if (!keep) connection_.reset();
  return response;
}

Result<HttpResponse> HttpClient::send(
    std::string_view method, std::string_view target, const Headers& headers, std::string_view body
) {
  auto bytes = cat(method, ' ', target, " HTTP/1.1\r\n");
  bool has_host = false;
  for (const auto& [name, value] : headers) {
    has_host = has_host || equal_ignoring_case(name, "host");
    bytes.append(name).append(": ").append(value).append("\r\n");
  }
  if (!has_host) bytes.append("Host: ").append(endpoint_.host_header()).append("\r\n");
  bytes.append(cat("Content-Length: ", body.size(), "\r\n\r\n", body));
  bool reused = connection_ != nullptr;
  auto response = exchange(bytes, method != "HEAD");
  if (!response) {
    connection_.reset();
    // A kept connection may have died of idleness; a fresh one that breaks off is a real failure.
    if (reused && response.error().code == "Disconnected") response = exchange(bytes, method != "HEAD");
    if (!response) connection_.reset();
  }
  return response;
}

}  // namespace roadstead
