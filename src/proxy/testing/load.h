// Requests without pause over several kept connections, and how many of them failed. For tests only.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/text/text.h"
#include "proxy/testing/http_client.h"

namespace roadstead::testing {

class Load {
 public:
  Load(int port, std::string host, std::string authority, int clients)
      : port_(port), host_(std::move(host)), authority_(std::move(authority)) {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Load() { stop(); }

  void stop() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  std::atomic<int> done{0};
  std::atomic<int> failed{0};

  std::string first_failure() const {
    std::lock_guard lock(mutex_);
    return first_failure_;
  }

  /// Answers by the first word of their body: the name of the server.
  std::map<std::string, int> answered_by() const {
    std::lock_guard lock(mutex_);
    return answered_by_;
  }

 private:
  void run() {
    while (!stopping_) {
      auto client = HttpClient::connect(port_, host_, authority_);
      if (!client) {
        fail(cat("connect: ", client.error().message));
        return;
      }
      use(*client);
    }
  }

  /// Until the connection ends. As every HTTP client does, it takes a connection that ended between two requests for
  /// no failure, and asks again on a new one.
  void use(HttpClient& client) {
    for (int sent = 0; !stopping_; ++sent) {
      auto reply = client.get("/");
      if (!reply) {
        if (sent == 0 || reply.error().message != "no reply") fail(reply.error().message);
        return;
      }
      if (reply->status != 200) fail(cat("status ", reply->status));
      ++done;
      {
        std::lock_guard lock(mutex_);
        ++answered_by_[reply->body.substr(0, reply->body.find(' '))];
      }
      if (reply->head.find("connection: close") != std::string::npos) return;
    }
  }

  void fail(const std::string& why) {
    ++failed;
    std::lock_guard lock(mutex_);
    if (first_failure_.empty()) first_failure_ = why;
  }

  int port_;
  std::string host_;
  std::string authority_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::string first_failure_;
  std::map<std::string, int> answered_by_;
  std::vector<std::thread> threads_;
};

}  // namespace roadstead::testing
