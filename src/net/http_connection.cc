#include "net/http_connection.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "net/http_worker.h"

namespace roadstead {

namespace {

namespace http = boost::beast::http;

constexpr std::int64_t drain_seconds = 2;

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

/// The head of a response. A header that would break out of its line is left out.
std::string head_of(const HttpResponse& response, std::string_view date, bool keep_alive, bool is_head) {
  std::string out;
  out.reserve(256 + response.body.size());
  out.append(cat("HTTP/1.1 ", response.status, ' ', reason_phrase(response.status), "\r\n"));
  bool has_date = false;
  auto length = std::to_string(response.body.size());
  for (const auto& [name, value] : response.headers) {
    if (has_line_break(name) || has_line_break(value)) continue;
    if (equal_ignoring_case(name, "content-length")) {
      // The answer to HEAD tells the length of what GET would give.
      if (is_head) length = value;
      continue;
    }
    has_date = has_date || equal_ignoring_case(name, "date");
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!has_date) out.append("Date: ").append(date).append("\r\n");
  if (response.status != 101 && response.status != 204 && response.status != 304) {
    out.append(cat("Content-Length: ", length, "\r\n"));
  }
  if (!keep_alive && response.status != 101) out.append("Connection: close\r\n");
  out.append("\r\n");
  return out;
}

}  // namespace

HttpConnection::HttpConnection(HttpWorker& worker, Socket socket, std::string remote, std::unique_ptr<TlsPipe> tls)
    : worker_(worker), socket_(std::move(socket)), remote_(std::move(remote)), tls_(std::move(tls)) {}

void HttpConnection::start() {
  begin_request();
  // Most clients send at once: try before waiting.
  on_readable();
}

void HttpConnection::tick(std::int64_t now_seconds) {
  if (phase_ != Phase::closed && now_seconds >= deadline_) close();
}

void HttpConnection::finish() {
  finishing_ = true;
  bool idle = phase_ == Phase::reading && !request_begun_;
  if (idle) close();
}

void HttpConnection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  worker_.forget(shared_from_this());
}

void HttpConnection::set_deadline(std::int64_t seconds_from_now) {
  deadline_ = worker_.now_seconds() + seconds_from_now;
}

void HttpConnection::begin_request() {
  phase_ = Phase::reading;
  request_begun_ = false;
  told_to_continue_ = false;
  parser_.emplace(worker_.options().most_header_bytes, worker_.options().most_body_bytes, worker_.options().body_bound);
  set_deadline(worker_.options().idle.count());
}

void HttpConnection::wait_readable() {
  if (waiting_readable_ || phase_ == Phase::closed) return;
  waiting_readable_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const boost::system::error_code& problem) {
    self->waiting_readable_ = false;
    if (!problem) self->on_readable();
  });
}

void HttpConnection::on_readable() {
  if (phase_ == Phase::closed) return;
  if (!receive()) {
    close();
    return;
  }
  if (phase_ == Phase::reading) consume();
  if (phase_ == Phase::reading || phase_ == Phase::draining) wait_readable();
}

/// Takes what the socket has, at most one buffer full. False when the peer is gone.
bool HttpConnection::receive() {
  auto& buffer = worker_.read_buffer();
  auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
  if (phase_ == Phase::draining) return true;
  if (tls_ == nullptr) {
    in_.append(bytes);
    return true;
  }
  bool sound = tls_->receive(bytes, in_, out_);
  flush();
  return sound;
}

/// Goes through the bytes at hand: requests one after the other, as long as each is answered at once.
void HttpConnection::consume() {
  if (consuming_) return;
  consuming_ = true;
  while (phase_ == Phase::reading && parse_some()) hand_over();
  consuming_ = false;
}

/// True when a whole request is there. Refuses what breaks the rules.
bool HttpConnection::parse_some() {
  if (in_.empty()) return false;
  if (!request_begun_) {
    request_begun_ = true;
    set_deadline(worker_.options().request.count());
  }
  std::size_t used = 0;
  boost::beast::error_code problem;
  while (used < in_.size() && !parser_->is_done()) {
    auto size = parser_->put(boost::asio::buffer(in_.data() + used, in_.size() - used), problem);
    used += size;
    if (problem) break;
  }
  in_.erase(0, used);
  if (parser_->is_done() && !problem) return true;
  if (problem == http::error::need_more) problem = {};
  if (problem == http::error::body_limit) {
    refuse_length();
  } else if (problem == http::error::header_limit || in_.size() > worker_.options().most_header_bytes) {
    refuse(431, cat("The headers are larger than ", worker_.options().most_header_bytes, " bytes.\n"));
  } else if (problem) {
    refuse(400, cat("Not an HTTP/1.1 request: ", problem.message(), ".\n"));
  } else if (parser_->is_header_done() && parser_->expects_continue() && !told_to_continue_) {
    told_to_continue_ = true;
    send_plain("HTTP/1.1 100 Continue\r\n\r\n");
    flush();
  }
  return false;
}

void HttpConnection::hand_over() {
  keep_alive_ = parser_->keep_alive();
  auto request = parser_->take();
  request.remote = remote_;
  request.secure = tls_ != nullptr;
  is_head_ = request.method == "HEAD";
  phase_ = Phase::handling;
  deadline_ = std::numeric_limits<std::int64_t>::max();
  worker_.handle(std::move(request), worker_.responder_for(shared_from_this()));
}

void HttpConnection::refuse(int status, std::string text) {
  refuse(HttpResponse{.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text)});
}

void HttpConnection::refuse(HttpResponse response) {
  keep_alive_ = false;
  is_head_ = false;
  phase_ = Phase::handling;
  in_.clear();
  answer(std::move(response));
}

void HttpConnection::refuse_length() {
  auto bound = parser_->body_bound();
  if (bound.refuse) return refuse(bound.refuse());
  refuse(413, cat("The body is larger than ", bound.bytes, " bytes.\n"));
}

void HttpConnection::answer(HttpResponse response) {
  if (phase_ != Phase::handling) return;
  phase_ = Phase::writing;
  keep_alive_ = keep_alive_ && !finishing_;
  auto bytes = head_of(response, worker_.http_date(), keep_alive_, is_head_);
  if (!is_head_) bytes.append(response.body);
  if (response.status == 101) take_over_ = std::move(response.take_over);
  if (tls_ == nullptr && out_.empty()) {
    out_ = std::move(bytes);
  } else {
    send_plain(bytes);
  }
  set_deadline(worker_.options().write.count());
  flush();
}

void HttpConnection::send_plain(std::string_view bytes) {
  if (tls_ != nullptr) {
    tls_->send(bytes, out_);
  } else {
    out_.append(bytes);
  }
}

/// Writes as much as the socket takes and waits for room for the rest.
void HttpConnection::flush() {
  while (out_sent_ < out_.size()) {
    auto size =
        ::send(socket_.native_handle(), out_.data() + out_sent_, out_.size() - out_sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      out_sent_ += static_cast<std::size_t>(size);
      if (phase_ == Phase::writing) set_deadline(worker_.options().write.count());
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      close();
      return;
    }
    if (waiting_writable_) return;
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const boost::system::error_code& problem) {
      self->waiting_writable_ = false;
      if (!problem && self->phase_ != Phase::closed) self->flush();
    });
    return;
  }
  out_.clear();
  out_sent_ = 0;
  if (phase_ == Phase::writing) on_written();
}

/// Lets the socket go without closing it. Its new owner does not write through Asio, so pending waits end here.
void HttpConnection::give_away() {
  auto take_over = std::exchange(take_over_, {});
  TakenConnection taken{.fd = -1, .unread = std::exchange(in_, {}), .tls = std::exchange(tls_, {})};
  boost::system::error_code problem;
  taken.fd = socket_.release(problem);
  phase_ = Phase::closed;
  worker_.forget(shared_from_this());
  if (!problem) take_over(std::move(taken));
}

void HttpConnection::on_written() {
  if (take_over_) return give_away();
  if (!keep_alive_ || finishing_) {
    // The client must get to read the answer: closing with its bytes unread would reset the connection.
    phase_ = Phase::draining;
    set_deadline(drain_seconds);
    ::shutdown(socket_.native_handle(), SHUT_WR);
    wait_readable();
    return;
  }
  begin_request();
  // Inside consume() its loop goes on by itself; an answer that came later has to look for more.
  if (consuming_) return;
  consume();
  if (phase_ == Phase::reading) wait_readable();
}

}  // namespace roadstead
