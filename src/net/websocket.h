// WebSocket (RFC 6455) as a transformation of bytes: the opening handshake and frames, without a socket. Both sides of it:
// a server's frames are plain, a client's are masked. Pure; any thread, each reader one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "net/http.h"

namespace roadstead {

enum class WebSocketOpcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A whole message, or a control frame.
struct WebSocketMessage {
  WebSocketOpcode opcode = WebSocketOpcode::text;
  std::string payload;

  bool operator==(const WebSocketMessage&) const = default;
};

/// Whether a request asks for a WebSocket in the way that version 13 does.
bool is_websocket_request(const HttpRequest& request);

/// Answer 101 to such a request. `take_over` is the response's.
HttpResponse accept_websocket(const HttpRequest& request, std::function<void(TakenConnection)> take_over);

/// A client's request for `target` at `host`; the server's answer carries websocket_accept_of(`key`).
std::string render_websocket_request(std::string_view host, std::string_view target, std::string_view key);
std::string websocket_accept_of(std::string_view key);

/// One unfragmented frame. With `mask`, as clients have to send it.
std::string render_frame(WebSocketOpcode opcode, std::string_view payload, std::optional<std::uint32_t> mask = {});

/// The payload of a close frame.
std::string render_close(std::uint16_t code, std::string_view reason);

/// Cuts a stream of bytes into messages. Fragments are put together, masks taken off.
class WebSocketReader {
 public:
  /// `masked`: whether the other side must mask its frames (clients must, servers must not).
  explicit WebSocketReader(bool masked, std::size_t most_bytes = std::size_t{1} << 20)
      : masked_(masked), most_bytes_(most_bytes) {}

  void put(std::string_view bytes) { in_.append(bytes); }

  /// The next message; nothing when more bytes are needed. Errors: ProtocolError, after which nothing more is read.
  Result<std::optional<WebSocketMessage>> next();

 private:
  Result<std::optional<WebSocketMessage>> read_frame();

  bool masked_;
  std::size_t most_bytes_;
  std::string in_;
  std::optional<WebSocketMessage> begun_;  // a message whose last fragment has not come
};

}  // namespace roadstead
