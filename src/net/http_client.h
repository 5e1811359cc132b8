// A small blocking HTTP/1.1 client over TCP, TLS or a Unix socket, for our own command line and for tests. One request
// at a time; the connection is kept for the next. One thread. Signing is not its business (gateway/api_client.h).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.h"
#include "net/http.h"

namespace roadstead {

/// Where a server is. `text` is "http://host:port", "https://host:port" or "unix:/path".
struct HttpEndpoint {
  bool tls = false;
  std::string host;
  std::uint16_t port = 80;
  std::string unix_path = {};

  /// The value of the Host header: the port is left out when it is the scheme's own.
  std::string host_header() const;
};

/// Error: InvalidEndpoint.
Result<HttpEndpoint> parse_endpoint(std::string_view text);

struct HttpClientOptions {
  std::chrono::milliseconds timeout{30'000};
  /// PEM of the authority that signed the server's certificate; empty: the system's.
  std::string authority_file = {};
};

class HttpClient {
 public:
  explicit HttpClient(HttpEndpoint endpoint, HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// Sends one request and reads the whole answer. Host and Content-Length are added unless given.
  /// A connection that the server closed meanwhile is opened again, once.
  /// Errors: ConnectFailed, TlsFailed, Disconnected, Timeout, BadResponse.
  Result<HttpResponse> send(
      std::string_view method, std::string_view target, const Headers& headers, std::string_view body
  );

  const HttpEndpoint& endpoint() const { return endpoint_; }

 private:
  struct Connection;

  Result<HttpResponse> exchange(const std::string& bytes, bool has_body);

  HttpEndpoint endpoint_;
  HttpClientOptions options_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace roadstead
