#include "net/http_worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cstring>
#include <exception>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "base/time/time.h"

namespace roadstead {

namespace {

constexpr std::size_t read_buffer_size = 64 * 1024;
constexpr int most_accepts_at_once = 64;

std::string describe(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return cat(std::string_view(text), ':', ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return cat('[', std::string_view(text), "]:", ntohs(v6.sin6_port));
  }
  return "unix";
}

HttpResponse made_by(const HttpResponder::Make& make) {
  try {
    return make();
  } catch (const std::exception& problem) {
    log_error("http_answer_threw", {{"what", problem.what()}});
    return {.status = 500, .headers = {}, .body = {}};
  }
}

}  // namespace

HttpWorker::HttpWorker(const HttpServerOptions& options, const HttpHandler& handler)
    : options_(options), handler_(handler), timer_(context_.get_executor()), read_buffer_(read_buffer_size, '\0') {}

void HttpWorker::listen(BoundListener listener) {
  Descriptor descriptor(context_.get_executor(), listener.fd);
  listeners_.push_back(std::make_unique<Listener>(Listener{std::move(descriptor), std::move(listener.tls)}));
}

void HttpWorker::run() {
  tick();
  for (auto& listener : listeners_) wait_to_accept(*listener);
  context_.run();
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  listeners_.clear();
}

void HttpWorker::post(std::function<void()> f) {
  std::lock_guard lock(mutex_);
  if (!ended_) boost::asio::post(context_, std::move(f));
}

void HttpWorker::stop(std::chrono::milliseconds grace) {
  post([this, grace] { begin_stop(grace); });
}

void HttpWorker::begin_stop(std::chrono::milliseconds grace) {
  stopping_ = true;
  stop_by_ = std::chrono::steady_clock::now() + grace;
  boost::system::error_code ignored;
  for (auto& listener : listeners_) listener->descriptor.close(ignored);
  auto all = connections_;
  for (const auto& connection : all) connection->finish();
  timer_.expires_at(std::min(timer_.expiry(), stop_by_));
  wait_for_tick();
  end_if_done();
}

void HttpWorker::end_if_done() {
  if (!stopping_) return;
  if (std::chrono::steady_clock::now() >= stop_by_) {
    auto rest = connections_;
    for (const auto& connection : rest) connection->close();
  }
  if (connections_.empty()) context_.stop();
}

void HttpWorker::handle(HttpRequest request, HttpResponder responder) {
  try {
    handler_(std::move(request), std::move(responder));
  } catch (const std::exception& problem) {
    // The responder goes out of scope unanswered, which answers 500.
    log_error("http_handler_threw", {{"what", problem.what()}});
  }
}

void HttpWorker::forget(const std::shared_ptr<HttpConnection>& connection) {
  connections_.erase(connection);
  end_if_done();
}

HttpResponder HttpWorker::responder_for(const std::shared_ptr<HttpConnection>& connection) {
  std::weak_ptr<HttpConnection> weak = connection;
  return HttpResponder([worker = shared_from_this(), weak](HttpResponder::Make make) {
    auto answer = [weak, make = std::move(make)] {
      if (auto alive = weak.lock()) alive->answer(made_by(make));
    };
    if (worker->context_.get_executor().running_in_this_thread()) {
      answer();
    } else {
      worker->post(std::move(answer));
    }
  });
}

void HttpWorker::wait_to_accept(Listener& listener) {
  if (stopping_) return;
  listener.descriptor.async_wait(Descriptor::wait_read, [this, &listener](const boost::system::error_code& problem) {
    if (!problem) accept_some(listener);
  });
}

void HttpWorker::accept_some(Listener& listener) {
  for (int i = 0; i < most_accepts_at_once; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    int fd = ::accept4(
        listener.descriptor.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC
    );
    if (fd >= 0) {
      adopt(fd, describe(address), address.ss_family, listener);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      log_error("http_accept_failed", {{"reason", std::strerror(errno)}});
      listener.paused = true;
      return;
    }
    if (errno != EINTR && errno != ECONNABORTED) break;
  }
  wait_to_accept(listener);
}

void HttpWorker::adopt(int fd, std::string remote, int family, const Listener& listener) {
  if (connections_.size() >= options_.most_connections) {
    ::close(fd);
    return;
  }
  if (family != AF_UNIX) {
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  boost::asio::generic::stream_protocol protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP);
  HttpConnection::Socket socket(context_.get_executor(), protocol, fd);
  auto tls = listener.tls == nullptr ? nullptr : std::make_unique<TlsPipe>(listener.tls);
  auto connection = std::make_shared<HttpConnection>(*this, std::move(socket), std::move(remote), std::move(tls));
  connections_.insert(connection);
  connection->start();
}

void HttpWorker::wait_for_tick() {
  timer_.async_wait([this](const boost::system::error_code& problem) {
    if (!problem) tick();
  });
}

void HttpWorker::tick() {
  using namespace std::chrono;
  auto now = steady_clock::now();
  now_seconds_ = duration_cast<seconds>(now.time_since_epoch()).count();
  Instant wall{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
  http_date_ = format_http_date(wall);
  auto all = std::vector(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->tick(now_seconds_);
  for (auto& listener : listeners_) {
    if (std::exchange(listener->paused, false)) wait_to_accept(*listener);
  }
  end_if_done();
  auto next = now + seconds(1);
  timer_.expires_at(stopping_ ? std::min(next, std::max(stop_by_, now)) : next);
  wait_for_tick();
}

}  // namespace roadstead
