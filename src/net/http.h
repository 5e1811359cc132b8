// What an HTTP exchange is to everyone but the server: a request with its whole body, and an answer to be given once,
// now or later, from any thread. No Asio and no Beast here, so that including it costs nothing.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roadstead {

/// A header as it was received: name in any case, value without the blanks around it.
using HeaderView = std::pair<std::string_view, std::string_view>;

/// A whole request. It owns its bytes: `headers` point into `head`, which keeps its place when the request is moved.
struct HttpRequest {
  std::string method;
  /// Path and query as they stand in the request line, still encoded.
  std::string target;
  std::vector<HeaderView> headers;
  std::string body;
  /// "192.0.2.1:40000", "[2001:db8::1]:40000" or "unix".
  std::string remote;
  /// Whether it came over TLS.
  bool secure = false;
  std::vector<char> head;

  HttpRequest() = default;
  HttpRequest(HttpRequest&&) = default;
  HttpRequest& operator=(HttpRequest&&) = default;
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;
  ~HttpRequest() = default;

  /// The value of the first header of that name, in any case; empty when there is none.
  std::string_view header(std::string_view name) const;

  /// Copies `pairs` in as the headers.
  void set_headers(const std::vector<std::pair<std::string, std::string>>& pairs);
};

class TlsPipe;

/// A connection that has left HTTP behind: a non-blocking socket that its new owner closes, the bytes that the client has
/// sent already (plain), and the TLS that it speaks, if any.
struct TakenConnection {
  int fd = -1;
  std::string unread;
  std::shared_ptr<TlsPipe> tls;
};

/// An answer. Date and Content-Length are the server's to add; `Connection` is too.
struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// With status 101: gets the connection once the answer is written. Called on a network thread, or never when the client
  /// went away; must not block.
  std::function<void(TakenConnection)> take_over = {};
};

/// Gives the answer to one request. Copies share the exchange; the first answer counts, later ones are dropped. When
/// the last copy goes without one, the client gets a 500, so that no request hangs for ever. Any thread.
class HttpResponder {
 public:
  using Make = std::function<HttpResponse()>;
  using Answer = std::function<void(Make)>;

  explicit HttpResponder(Answer answer) : exchange_(std::make_shared<Exchange>(std::move(answer))) {}

  void operator()(HttpResponse response) const {
    exchange_->give([response = std::move(response)]() mutable { return std::move(response); });
  }

  /// Lets the connection's own thread make the answer, so that writing a long one does not hold up the caller's.
  void make_with(Make make) const { exchange_->give(std::move(make)); }

 private:
  struct Exchange {
    explicit Exchange(Answer answer_in) : answer(std::move(answer_in)) {}

    ~Exchange() {
      give([] { return HttpResponse{.status = 500, .headers = {}, .body = {}}; });
    }

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void give(Make make) {
      if (!given.exchange(true)) answer(std::move(make));
    }

    Answer answer;
    std::atomic<bool> given{false};
  };

  std::shared_ptr<Exchange> exchange_;
};

/// Called on a network thread; must not block.
using HttpHandler = std::function<void(HttpRequest, HttpResponder)>;

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

}  // namespace roadstead
