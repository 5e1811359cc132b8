// One binary message of the Session Manager data channel, as the session-manager-plugin writes and reads them. Pure.
//
//   0 HeaderLength=116 │ 4 MessageType, 32 blanks-padded │ 36 SchemaVersion=1 │ 40 CreatedDate ms │ 48 SequenceNumber
//   56 Flags (1 SYN, 2 FIN) │ 64 MessageId, halves swapped │ 80 SHA-256 of payload │ 112 PayloadType │ 116 PayloadLength
//   120 payload                                                   all big-endian; source: reference/agent-protocol.md §8.4
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id/id.h"
#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

inline constexpr std::string_view input_stream_data = "input_stream_data";
inline constexpr std::string_view output_stream_data = "output_stream_data";
inline constexpr std::string_view acknowledge_message = "acknowledge";
inline constexpr std::string_view channel_closed_message = "channel_closed";

enum class PayloadType : std::uint32_t {
  none = 0,
  output = 1,
  error = 2,
  size = 3,
  parameter = 4,
  handshake_request = 5,
  handshake_response = 6,
  handshake_complete = 7,
  flag = 10,
  std_err = 11,
  exit_code = 12,
};

inline constexpr std::uint64_t syn_flag = 1;
inline constexpr std::uint64_t fin_flag = 2;
/// Payloads of PayloadType::flag: no more input comes; the session shall end.
inline constexpr std::string_view end_of_input{"\0\0\0\1", 4};
inline constexpr std::string_view terminate_session{"\0\0\0\2", 4};

struct ChannelMessage {
  std::string type;
  Instant created;
  std::int64_t sequence = 0;
  std::uint64_t flags = 0;
  /// "xxxxxxxx-xxxx-…"
  std::string id;
  PayloadType payload_type = PayloadType::none;
  std::string payload;

  bool operator==(const ChannelMessage&) const = default;
};

/// The bytes of a message.
std::string render_message(const ChannelMessage& message);

/// Reads a message. Errors: ProtocolError (too short, wrong digest, lengths that do not fit).
Result<ChannelMessage> parse_message(std::string_view bytes);

/// The acknowledgement of a data message.
ChannelMessage acknowledge(const ChannelMessage& message, Ids& ids, Instant now);

/// What an acknowledgement acknowledges: the sequence number. Errors: ProtocolError.
Result<std::int64_t> acknowledged_sequence(const ChannelMessage& message);

}  // namespace roadstead
