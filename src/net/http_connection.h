// One client's connection to the HTTP server: reads a request, hands it over, writes the answer, and again.
//
//              ┌──────────── answer written, kept alive ───────────┐
//              ▼                                                    │
//   ──► reading ── request whole ──► handling ── answer ──► writing ┤
//              │                                                    ▼ not kept alive
//              └── refused (400, 408, 413, 431) ──► writing ──► draining ──► closed
//   An answer 101 gives the socket away when it is written, and the connection is closed here without touching it.
//
// Asio only says when the socket is ready; reading and writing are plain non-blocking calls, into one buffer a thread,
// so an idle connection costs little. While a request is handled nothing is read: pipelined requests wait their turn.
// Lives on its worker's thread.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "net/http.h"
#include "net/request_parser.h"
#include "net/tls_pipe.h"

namespace roadstead {

class HttpWorker;

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Executor = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

  HttpConnection(HttpWorker& worker, Socket socket, std::string remote, std::unique_ptr<TlsPipe> tls);

  void start();

  /// Called every second with the worker's coarse clock; closes what has taken too long.
  void tick(std::int64_t now_seconds);

  /// The answer of the handler.
  void answer(HttpResponse response);

  /// An idle connection closes, a busy one after its answer.
  void finish();

  void close();

 private:
  enum class Phase { reading, handling, writing, draining, closed };

  void begin_request();
  void wait_readable();
  void on_readable();
  bool receive();
  void consume();
  bool parse_some();
  void hand_over();
  void refuse(int status, std::string text);
  void refuse(HttpResponse response);
  void refuse_length();
  void send_plain(std::string_view bytes);
  void flush();
  void on_written();
  void give_away();
  void set_deadline(std::int64_t seconds_from_now);

  HttpWorker& worker_;
  Socket socket_;
  std::string remote_;
  std::shared_ptr<TlsPipe> tls_;
  Phase phase_ = Phase::reading;
  std::string in_;
  std::string out_;
  std::size_t out_sent_ = 0;
  std::optional<RequestParser> parser_;
  std::function<void(TakenConnection)> take_over_;
  std::int64_t deadline_ = 0;
  bool keep_alive_ = true;
  bool is_head_ = false;
  bool told_to_continue_ = false;
  bool request_begun_ = false;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool consuming_ = false;
  bool finishing_ = false;
};

}  // namespace roadstead
