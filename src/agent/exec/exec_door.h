// Where data channels come in: takes the connection of each WebSocket request over and gives it a session with a thread.
//
// serve() runs on network threads and does not block; everything else happens on the sessions' own threads. The number of
// sessions is bounded. Sessions end with the server: their commands have no other life.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "agent/exec/exec_session.h"
#include "base/observe/metrics.h"
#include "net/http.h"

namespace roadstead {

class ExecDoor {
 public:
  struct Deps {
    ExecSession::Open open;
    /// Told when a session that was opened has ended. Blocks.
    std::function<void(const std::string& session_id)> close;
    ExecHost& host;
    const Clock& clock;
    Metrics& metrics;
    std::size_t most_sessions = 512;
  };

  explicit ExecDoor(Deps deps);

  /// Ends all sessions and waits for them.
  ~ExecDoor();
  ExecDoor(const ExecDoor&) = delete;
  ExecDoor& operator=(const ExecDoor&) = delete;

  /// Whether a request is for a data channel: its path says so.
  static bool is_for(const HttpRequest& request);

  /// Answers it. The door must outlive the HTTP server's last answer.
  void serve(const HttpRequest& request, const HttpResponder& respond);

 private:
  void begin(const std::string& session_id, TakenConnection connection);
  void carry(std::uint64_t number, const std::string& session_id, ExecSession& session);

  Deps deps_;
  Gauge& sessions_gauge_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable ended_;
  std::map<std::uint64_t, std::shared_ptr<ExecSession>> sessions_;
  std::uint64_t next_ = 0;
  bool ending_ = false;
};

}  // namespace roadstead
