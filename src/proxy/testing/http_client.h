// A blocking HTTP/1.1 client over TCP or verified TLS, for one connection. For tests only.
#pragma once

#include <memory>
#include <string>

#include "base/result/result.h"

namespace roadstead::testing {

struct HttpReply {
  int status = 0;
  std::string head;
  std::string body;
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Connects to 127.0.0.1. With `authority_file` by TLS, refusing a certificate that it has not signed for `host`.
  static Result<HttpClient> connect(int port, const std::string& host, const std::string& authority_file);

  /// Sends a request and reads its reply; the connection can be used again. `headers` are whole lines.
  Result<HttpReply> get(const std::string& path, const std::string& headers = {});
  Result<HttpReply> request(const std::string& method, const std::string& path, const std::string& headers);

  /// After an upgrade: sends bytes, and reads exactly as many.
  Result<std::string> echo(const std::string& bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One GET over a connection of its own.
Result<HttpReply> get_once(
    int port, const std::string& host, const std::string& path, const std::string& authority_file,
    const std::string& headers = {}
);

}  // namespace roadstead::testing
