// One session of ExecuteCommand: a WebSocket on one side, a command in a container on the other, a DataChannel between.
//
//   socket ─► WebSocketReader ─► DataChannel ─► command          run() is one loop around poll(), on a thread of its own
//   socket ◄─ frames ◄────────── DataChannel ◄─ command
//
// It ends when the command ends (then what it wrote arrives first), when the client goes away or asks for the end, when
// nobody has typed or printed anything for twenty minutes, and when it is stopped. The command never outlives it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/exec/data_channel.h"
#include "agent/runtime/exec/exec_process.h"
#include "base/id/id.h"
#include "base/time/time.h"
#include "io/fd.h"
#include "net/tls_pipe.h"
#include "net/websocket.h"

namespace roadstead {

/// What a token opened: which command, where.
struct ExecOrder {
  std::string session_id;
  ContainerRef container;
  std::string command;
  bool interactive = true;
  /// "ecs:<cluster>_<task id>_<runtime id>", for the client's eyes.
  std::string target;
};

class ExecSession {
 public:
  /// Takes a token and says what it opens. Blocks. Errors: AccessDeniedException.
  using Open = std::function<Result<ExecOrder>(const std::string& session_id, const std::string& token)>;

  struct Deps {
    Open open;
    ExecHost& host;
    const Clock& clock;
    Duration idle_timeout = std::chrono::minutes(20);
  };

  /// `session_id` from the path of the request. The connection is this session's to close.
  ExecSession(Deps deps, std::string session_id, TakenConnection connection);
  ~ExecSession();
  ExecSession(const ExecSession&) = delete;
  ExecSession& operator=(const ExecSession&) = delete;

  /// Carries the session to its end. Once, on a thread of its own.
  void run();

  /// Whether its token was good. After run().
  bool opened() const { return order_.has_value(); }

  /// Makes run() end soon. Any thread.
  void stop();

 private:
  enum class Phase { awaiting_token, carrying, saying_goodbye, over };

  void wait();
  void take_from_socket();
  void take_messages();
  void take_message(const WebSocketMessage& message);
  void take_token(const std::string& text);
  void start_command();
  void take_from_command();
  void drain_command();
  void feed_command();
  void look_at_time();
  void finish(std::string text, std::optional<int> exit_code);
  void send(WebSocketOpcode opcode, std::string_view payload);
  void flush();
  void say_goodbye(std::uint16_t code, std::string_view why);
  int patience() const;

  Deps deps_;
  std::string session_id_;
  Fd socket_;
  std::shared_ptr<TlsPipe> tls_;
  WebSocketReader reader_{true};
  std::unique_ptr<Ids> ids_;
  std::optional<ExecOrder> order_;
  std::unique_ptr<DataChannel> channel_;
  std::unique_ptr<ExecProcess> process_;
  Phase phase_ = Phase::awaiting_token;
  Instant phase_since_;
  Instant active_at_;
  std::optional<Instant> finished_at_;
  std::string to_command_;
  std::string to_socket_;
  TerminalSize size_;
  Fd stop_;
};

}  // namespace roadstead
