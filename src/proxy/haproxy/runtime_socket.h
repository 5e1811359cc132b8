// Talks to HAProxy's sockets: one lasting connection to the worker's runtime socket, single questions to the master's.
// Blocks for the 10 to 90 microseconds that a command takes (reference/limits.md §5.2). One thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"
#include "base/time/time.h"
#include "io/fd.h"
#include "proxy/servers/runtime_plan.h"

namespace roadstead {

class RuntimeSocket {
 public:
  /// Connects to the Unix socket at `path`. Errors: NotFound and others of io/fd.h when nobody listens.
  Status connect(const std::string& path);

  bool connected() const { return static_cast<bool>(fd_); }
  void close() { fd_.reset(); }

  /// Sends one command and gives its answer without white space around it. The connection is closed on any Error.
  Result<std::string> ask(const RuntimeCommand& command);

  /// The same, and an answer that is not one of success is an Error "ProxyRefused".
  Result<std::string> expect_ok(const RuntimeCommand& command);

 private:
  Result<std::string> read_answer();

  Fd fd_;
};

/// One question and its answer over a connection of its own, for the master's socket.
Result<std::string> ask_once(const std::string& path, std::string_view question);

/// Whether an answer to a command that changes something says that it worked: HAProxy answers nothing, or one of a few
/// sentences of success.
bool is_success(std::string_view answer);

}  // namespace roadstead
