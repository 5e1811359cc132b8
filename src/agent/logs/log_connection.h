// A socket that log lines are sent through: TCP, UDP or a unix socket, connected when it is needed and again after it
// broke. Nothing is expected back. Calls block for at most a few seconds; one thread at a time.
#pragma once

#include <string_view>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/logging/log_options.h"
#include "io/fd.h"

namespace roadstead {

class LogConnection {
 public:
  explicit LogConnection(LogAddress address, Duration patience = std::chrono::seconds(2))
      : address_(std::move(address)), patience_(patience) {}

  /// Connects, unless it is connected to somebody who is still there. Errors: LogUnreachable.
  Status open();

  /// Sends one datagram, or all bytes of a stream. Errors: LogUnreachable; then it is closed, and part may have arrived.
  Status send(std::string_view bytes);

  /// Says that nothing follows and waits, for at most a second, until the other side has read all and closes too.
  void close();

 private:
  bool is_stream() const;
  bool peer_has_gone() const;
  Status connect_unix();
  Status connect_host();
  Status finish_connect(int fd, int problem) const;
  Error unreachable(int problem) const;

  LogAddress address_;
  Duration patience_;
  Fd socket_;
};

}  // namespace roadstead
