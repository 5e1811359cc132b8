#include "net/websocket.h"

#include <openssl/evp.h>

#include <utility>

#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr unsigned char final_bit = 0x80;
constexpr unsigned char mask_bit = 0x80;
constexpr std::size_t longest_control = 125;

Error broken(std::string_view why) { return {"ProtocolError", cat("not a WebSocket frame: ", why)}; }

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xff));
}

void apply_mask(std::string& payload, std::string_view mask) {
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
}

bool is_control(WebSocketOpcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

/// Whether a comma-separated header has a word, in any case.
bool has_word(std::string_view header, std::string_view word) {
  for (auto piece : split(header, ',')) {
    if (equal_ignoring_case(trim(piece), word)) return true;
  }
  return false;
}

}  // namespace

bool is_websocket_request(const HttpRequest& request) {
  return request.method == "GET" && has_word(request.header("upgrade"), "websocket") &&
         has_word(request.header("connection"), "upgrade") && request.header("sec-websocket-version") == "13" &&
         !request.header("sec-websocket-key").empty();
}

std::string websocket_accept_of(std::string_view key) {
  std::string text = cat(key, accept_suffix);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return to_base64(std::string_view(reinterpret_cast<char*>(digest), size));
}

HttpResponse accept_websocket(const HttpRequest& request, std::function<void(TakenConnection)> take_over) {
  HttpResponse response{.status = 101};
  response.headers = {{"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Accept", websocket_accept_of(request.header("sec-websocket-key"))}};
  response.take_over = std::move(take_over);
  return response;
}

std::string render_websocket_request(std::string_view host, std::string_view target, std::string_view key) {
  return cat("GET ", target, " HTTP/1.1\r\nHost: ", host, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ", key, "\r\n\r\n");
}

std::string render_frame(WebSocketOpcode opcode, std::string_view payload, std::optional<std::uint32_t> mask) {
  std::string out;
  out.reserve(payload.size() + 14);
  out.push_back(static_cast<char>(final_bit | static_cast<unsigned char>(opcode)));
  unsigned char masked = mask ? mask_bit : 0;
  if (payload.size() <= longest_control) {
    out.push_back(static_cast<char>(masked | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.push_back(static_cast<char>(masked | 126));
    append_number(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(masked | 127));
    append_number(out, payload.size(), 8);
  }
  if (!mask) return out.append(payload);
  std::string key;
  append_number(key, *mask, 4);
  std::string hidden(payload);
  apply_mask(hidden, key);
  return out.append(key).append(hidden);
}

std::string render_close(std::uint16_t code, std::string_view reason) {
  std::string out;
  append_number(out, code, 2);
  return out.append(reason.substr(0, longest_control - 2));
}

Result<std::optional<WebSocketMessage>> WebSocketReader::next() {
  for (;;) {
    auto frame = TRY(read_frame());
    if (!frame) return std::optional<WebSocketMessage>();
    if (frame->payload.empty() && frame->opcode == WebSocketOpcode::continuation) continue;  // a fragment was put aside
    return frame;
  }
}

/// One frame from the buffer. A fragment that is not the last one comes back as an empty continuation.
Result<std::optional<WebSocketMessage>> WebSocketReader::read_frame() {
  std::optional<WebSocketMessage> nothing;
  if (in_.size() < 2) return nothing;
  auto first = static_cast<unsigned char>(in_[0]);
  auto second = static_cast<unsigned char>(in_[1]);
  bool final = (first & final_bit) != 0;
  std::uint8_t code = first & 0x0f;
  if ((first & 0x70) != 0 || !is_known(code)) return broken("unknown kind");
  auto opcode = static_cast<WebSocketOpcode>(code);
  bool masked = (second & mask_bit) != 0;
  if (masked != masked_) return broken(masked_ ? "it is not masked" : "it is masked");
  std::uint64_t size = second & 0x7f;
  std::size_t at = 2;
  if (size >= 126) {
    std::size_t bytes = size == 126 ? 2 : 8;
    if (in_.size() < at + bytes) return nothing;
    size = read_number(std::string_view(in_).substr(at, bytes));
    at += bytes;
  }
  if (is_control(opcode) && (size > longest_control || !final)) return broken("a control frame that is too long");
  std::size_t begun = begun_ ? begun_->payload.size() : 0;
  if (size > most_bytes_ || size + begun > most_bytes_) return broken("it is too long");
  std::size_t key = masked ? 4 : 0;
  if (in_.size() < at + key + size) return nothing;
  WebSocketMessage frame{.opcode = opcode, .payload = in_.substr(at + key, size)};
  if (masked) apply_mask(frame.payload, std::string_view(in_).substr(at, 4));
  in_.erase(0, at + key + size);
  if (is_control(opcode)) return std::optional(std::move(frame));
  if ((opcode == WebSocketOpcode::continuation) != begun_.has_value()) return broken("a fragment out of turn");
  if (begun_) {
    begun_->payload += frame.payload;
  } else {
    begun_ = std::move(frame);
  }
  if (!final) return std::optional(WebSocketMessage{.opcode = WebSocketOpcode::continuation, .payload = {}});
  return std::optional(*std::exchange(begun_, std::nullopt));
}

}  // namespace roadstead
