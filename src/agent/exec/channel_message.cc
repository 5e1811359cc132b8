#include "agent/exec/channel_message.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

constexpr std::uint32_t header_length = 116;
constexpr std::size_t payload_at = 120;
constexpr std::size_t type_size = 32;

Error broken(std::string_view why) { return {"ProtocolError", cat("not a message of a data channel: ", why)}; }

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xff));
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (char byte : bytes.substr(at, size)) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

/// The 16 bytes of a UUID, its second half first.
std::string swapped_bytes_of(const std::string& uuid) {
  auto bytes = from_hex(replace_all(uuid, "-", "")).value_or("");
  bytes.resize(16);
  return bytes.substr(8) + bytes.substr(0, 8);
}

std::string uuid_of(std::string_view swapped) {
  auto hex = to_hex(cat(swapped.substr(8), swapped.substr(0, 8)));
  return cat(hex.substr(0, 8), '-', hex.substr(8, 4), '-', hex.substr(12, 4), '-', hex.substr(16, 4), '-', hex.substr(20));
}

}  // namespace

std::string render_message(const ChannelMessage& message) {
  std::string out;
  out.reserve(payload_at + message.payload.size());
  append_number(out, header_length, 4);
  auto type = message.type.substr(0, type_size);
  out.append(type).append(type_size - type.size(), ' ');
  append_number(out, 1, 4);
  append_number(out, static_cast<std::uint64_t>(message.created.millis()), 8);
  append_number(out, static_cast<std::uint64_t>(message.sequence), 8);
  append_number(out, message.flags, 8);
  out.append(swapped_bytes_of(message.id));
  out.append(sha256(message.payload));
  append_number(out, static_cast<std::uint32_t>(message.payload_type), 4);
  append_number(out, message.payload.size(), 4);
  return out.append(message.payload);
}

Result<ChannelMessage> parse_message(std::string_view bytes) {
  if (bytes.size() < payload_at) return broken("it is too short");
  // The payload's place is told by the header, so that newer headers can be longer.
  auto header = number_at(bytes, 0, 4);
  if (header < header_length || header + 4 > bytes.size()) return broken("its header is too long");
  auto length = number_at(bytes, header, 4);
  if (length != bytes.size() - header - 4) return broken("its length is wrong");
  ChannelMessage message;
  auto type = bytes.substr(4, type_size);
  type = type.substr(0, type.find('\0'));
  message.type = std::string(trim(type));
  message.created = Instant::from_millis(static_cast<std::int64_t>(number_at(bytes, 40, 8)));
  message.sequence = static_cast<std::int64_t>(number_at(bytes, 48, 8));
  message.flags = number_at(bytes, 56, 8);
  message.id = uuid_of(bytes.substr(64, 16));
  message.payload_type = static_cast<PayloadType>(number_at(bytes, 112, 4));
  message.payload = std::string(bytes.substr(header + 4));
  if (!message.payload.empty() && sha256(message.payload) != bytes.substr(80, 32)) return broken("its digest is wrong");
  return message;
}

ChannelMessage acknowledge(const ChannelMessage& message, Ids& ids, Instant now) {
  json::object payload{{"AcknowledgedMessageType", message.type},
                       {"AcknowledgedMessageId", message.id},
                       {"AcknowledgedMessageSequenceNumber", message.sequence},
                       {"IsSequentialMessage", true}};
  return {.type = std::string(acknowledge_message), .created = now, .flags = syn_flag | fin_flag, .id = new_uuid(ids),
          .payload = json::serialize(payload)};
}

Result<std::int64_t> acknowledged_sequence(const ChannelMessage& message) {
  boost::system::error_code problem;
  auto payload = json::parse(message.payload, problem);
  if (problem || !payload.is_object()) return broken("its acknowledgement is no JSON");
  const auto* number = payload.as_object().if_contains("AcknowledgedMessageSequenceNumber");
  if (number == nullptr || !number->is_int64()) return broken("its acknowledgement has no number");
  return number->as_int64();
}

}  // namespace roadstead
