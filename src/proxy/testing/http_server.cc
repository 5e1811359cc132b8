#include "proxy/testing/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

#include "base/result/result.h"
#include "base/text/text.h"

namespace roadstead::testing {
namespace {

Fd bind_loopback(int& port) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "port 0 is always free");
  socklen_t size = sizeof address;
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

int free_port() {
  int port = 0;
  bind_loopback(port);
  return port;
}

HttpServer::HttpServer(std::string name) : name_(std::move(name)), listener_(bind_loopback(port_)) {
  CHECK(listen(listener_.get(), 1024) == 0, "a bound socket can listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    released_ = true;
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  changed_.notify_all();
  shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  listener_.reset();
  for (auto& thread : threads_) thread.join();
}

void HttpServer::release() {
  std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void HttpServer::wait_for_release() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return released_; });
}

void HttpServer::accept_all() {
  while (true) {
    int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    std::lock_guard lock(mutex_);
    if (fd < 0 || stopping_) {
      if (fd >= 0) close(fd);
      return;
    }
    ++connections;
    open_.insert(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpServer::serve(int fd) {
  std::string input;
  std::array<char, 16384> buffer;
  bool open = true;
  while (open) {
    auto end = input.find("\r\n\r\n");
    if (end == std::string::npos) {
      auto got = recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      input.append(buffer.data(), static_cast<std::size_t>(got));
      continue;
    }
    auto head = input.substr(0, end + 4);
    input.erase(0, end + 4);
    open = answer(fd, head);
  }
  std::lock_guard lock(mutex_);
  open_.erase(fd);
  close(fd);
}

bool HttpServer::answer(int fd, const std::string& head) {
  auto line = head.substr(0, head.find("\r\n"));
  auto words = split(line, ' ');
  std::string path(words.size() > 1 ? words[1] : "");
  int status = 200;
  if (path.starts_with("/health")) {
    ++health_checks;
    status = health_status;
    if (status == 0) return false;
  } else {
    ++requests;
  }
  if (path == "/slow") {
    ++waiting;
    wait_for_release();
    --waiting;
  }
  auto lower = to_lower(head);
  if (lower.find("upgrade: websocket") != std::string::npos) {
    // The answer to the sample key of RFC 6455 §1.3; proxies check it.
    if (!send_all(fd, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")) {
      return false;
    }
    std::array<char, 4096> buffer;
    while (true) {
      auto got = recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0 || !send_all(fd, {buffer.data(), static_cast<std::size_t>(got)})) return false;
    }
  }
  auto body = status == 204 ? std::string() : cat(name_, " ", words[0], " ", path, "\n", head);
  bool keep = lower.find("connection: close") == std::string::npos;
  return send_all(fd, cat("HTTP/1.1 ", status, " Status\r\nServer: test/1\r\nContent-Length: ", body.size(),
                          keep ? "" : "\r\nConnection: close", "\r\n\r\n", body)) && keep;
}

}  // namespace roadstead::testing
