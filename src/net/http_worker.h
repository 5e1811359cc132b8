// One thread of the HTTP server: its io_context, its listening sockets, its connections and one timer that ticks every
// second for all of them. Lives on its own thread, apart from `post`, `stop` and `port`.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "net/http_connection.h"
#include "net/http_server.h"

namespace roadstead {

/// A listening socket, bound and ready to accept. `tls` is null for plain HTTP.
struct BoundListener {
  int fd = -1;
  std::shared_ptr<const TlsContext> tls;
};

class HttpWorker : public std::enable_shared_from_this<HttpWorker> {
 public:
  HttpWorker(const HttpServerOptions& options, const HttpHandler& handler);

  /// Takes the descriptor. Before `run`.
  void listen(BoundListener listener);

  /// Serves until stopped.
  void run();

  /// Runs `f` on the worker's thread; dropped when the worker has ended. Any thread.
  void post(std::function<void()> f);

  /// Ends `run` when the connections are done, or after `grace`. Any thread.
  void stop(std::chrono::milliseconds grace);

  // For its connections.
  const HttpServerOptions& options() const { return options_; }

  void handle(HttpRequest request, HttpResponder responder);
  void forget(const std::shared_ptr<HttpConnection>& connection);
  HttpResponder responder_for(const std::shared_ptr<HttpConnection>& connection);

  std::int64_t now_seconds() const { return now_seconds_; }

  const std::string& http_date() const { return http_date_; }

  std::string& read_buffer() { return read_buffer_; }

 private:
  using Executor = boost::asio::io_context::executor_type;
  using Timer = boost::asio::
      basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  using Descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;

  struct Listener {
    Descriptor descriptor;
    std::shared_ptr<const TlsContext> tls;
    /// Set when descriptors ran out: accepting goes on with the next tick.
    bool paused = false;
  };

  void wait_to_accept(Listener& listener);
  void accept_some(Listener& listener);
  void adopt(int fd, std::string remote, int family, const Listener& listener);
  void wait_for_tick();
  void tick();
  void begin_stop(std::chrono::milliseconds grace);
  void end_if_done();

  const HttpServerOptions& options_;
  const HttpHandler& handler_;
  boost::asio::io_context context_{1};
  Timer timer_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_set<std::shared_ptr<HttpConnection>> connections_;
  std::string read_buffer_;
  std::string http_date_;
  std::int64_t now_seconds_ = 0;
  std::chrono::steady_clock::time_point stop_by_;
  bool stopping_ = false;
  std::mutex mutex_;
  bool ended_ = false;  // guarded by mutex_
};

}  // namespace roadstead
