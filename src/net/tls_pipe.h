// TLS as a transformation of bytes, without a socket: encrypted bytes in, plain bytes out, and back. The server moves
// the bytes itself, so there is one kind of connection in it, and Asio's TLS streams are not compiled at all. A
// TlsContext is shared and immutable; a TlsPipe belongs to one connection.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

/// A server's certificate and key, TLS 1.2 or newer.
class TlsContext {
 public:
  /// Reads PEM files. Error: TlsFailed with OpenSSL's reason.
  static Result<std::shared_ptr<const TlsContext>> from_files(const std::string& certificate, const std::string& key);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// The SSL_CTX.
  void* handle() const { return context_; }

 private:
  explicit TlsContext(void* context) : context_(context) {}

  void* context_;
};

class TlsPipe {
 public:
  explicit TlsPipe(std::shared_ptr<const TlsContext> context);
  ~TlsPipe();
  TlsPipe(const TlsPipe&) = delete;
  TlsPipe& operator=(const TlsPipe&) = delete;

  /// Takes bytes from the network and appends what they say to `plain`; what must be sent back (handshake, alerts) is
  /// appended to `encrypted`. False when the peer broke the protocol: send `encrypted`, then close.
  bool receive(std::string_view bytes, std::string& plain, std::string& encrypted);

  /// Appends `plain` in encrypted form to `encrypted`. Only after the handshake. False when the connection is broken.
  bool send(std::string_view plain, std::string& encrypted);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roadstead
