// A small HTTP/1.1 server on loopback that answers as a test tells it to. One thread a connection. For tests only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "io/fd.h"

namespace roadstead::testing {

/// Answers every path with its name and what it was asked: "<name> <method> <path>\n" and the request headers.
/// "/health…" is answered by `health_status` (0: not at all). "/slow" waits until release() is called. A request to
/// upgrade is accepted, and every byte after it is sent back.
class HttpServer {
 public:
  explicit HttpServer(std::string name);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }

  std::atomic<int> health_status{200};
  std::atomic<int> connections{0};
  std::atomic<int> requests{0};       // without health checks
  std::atomic<int> health_checks{0};
  std::atomic<int> waiting{0};        // requests to /slow that wait

  void release();

  /// Refuses connections from now on, and ends those there are.
  void stop();

 private:
  void accept_all();
  void serve(int fd);
  bool answer(int fd, const std::string& head);
  void wait_for_release();

  std::string name_;
  int port_ = 0;  // before listener_, which sets it
  Fd listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  bool stopping_ = false;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// A loopback port that nobody listens on now.
int free_port();

}  // namespace roadstead::testing
