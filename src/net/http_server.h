// An HTTP/1.1 server: keep-alive, pipelining, chunked bodies, Expect: 100-continue, TLS, TCP and Unix sockets.
//
// Each thread has its own io_context and, with SO_REUSEPORT, its own listening socket, so threads share nothing
// (reference/limits.md §3.1). It reads whole requests within limits, hands them to one handler, and knows nothing of
// AWS. `start` and `stop` belong to one thread; the handler is called on the server's threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "net/body_bound.h"
#include "net/http.h"

namespace roadstead {

/// Where to listen: a TCP address, or a Unix socket when `unix_path` is set.
struct HttpListen {
  /// A numeric address: "127.0.0.1", "0.0.0.0", "::1".
  std::string address = "127.0.0.1";
  /// 0 takes a free one; see HttpServer::port.
  std::uint16_t port = 0;
  /// A stale socket file is replaced; the new one is for its owner only (0600).
  std::string unix_path = {};
  bool tls = false;
};

/// PEM files of the certificate chain and its key.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct HttpServerOptions {
  std::vector<HttpListen> listen;
  int threads = 2;
  std::size_t most_header_bytes = 32 * 1024;
  std::size_t most_body_bytes = 1024 * 1024;
  /// For requests whose bodies may be longer than that; may be empty.
  BodyBoundOf body_bound = {};
  std::size_t most_connections = 20'000;
  /// A connection without a request is closed after `idle`; a request must be there in full `request` after its first
  /// byte; a client must take something of its answer every `write`. Kept to the second.
  std::chrono::seconds idle{75};
  std::chrono::seconds request{30};
  std::chrono::seconds write{60};
  std::optional<TlsFiles> tls = std::nullopt;
};

class HttpServer {
 public:
  /// Listens and serves at once. Errors: ListenFailed (address taken, path not writable), TlsFailed (certificate or
  /// key).
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, HttpHandler handler);

  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port of the first TCP listener; 0 when there is none.
  std::uint16_t port() const;

  /// Takes no more connections, lets requests under way be answered for at most `grace`, closes the rest and joins the
  /// threads. May be called again.
  void stop(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace roadstead
