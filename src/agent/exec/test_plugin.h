// The client's half of a data channel, as far as tests need it: answers the handshake, acknowledges, keeps order. For tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/exec/channel_message.h"

namespace roadstead {

class TestPlugin {
 public:
  /// Takes a message of the server; what is to be sent is in `out` then.
  void take(std::string_view bytes) {
    auto parsed = parse_message(bytes);
    if (!parsed) {
      ++broken;
      return;
    }
    auto& message = *parsed;
    if (message.type == acknowledge_message) {
      acknowledged.push_back(acknowledged_sequence(message).value_or(-1));
    } else if (message.type == channel_closed_message) {
      closed = message.payload;
    } else if (message.sequence >= expected_) {
      if (!silent) out.push_back(render_message(acknowledge(message, ids_, {})));
      ahead_.emplace(message.sequence, message);
      for (auto next = ahead_.find(expected_); next != ahead_.end(); next = ahead_.find(++expected_)) handle(next->second);
    }
  }

  void send(PayloadType type, const std::string& payload) {
    ChannelMessage message{.type = std::string(input_stream_data), .created = Instant::from_millis(1), .sequence = next_++,
                           .id = new_uuid(ids_), .payload_type = type, .payload = payload};
    out.push_back(render_message(message));
  }

  std::vector<std::string> out;
  std::string output;
  std::string errors;
  std::string exit_code;
  std::string closed;
  bool opened = false;
  std::vector<std::int64_t> acknowledged;
  int broken = 0;
  /// Acknowledges nothing.
  bool silent = false;
  int action_status = 1;

 private:
  void handle(const ChannelMessage& message) {
    switch (message.payload_type) {
      case PayloadType::handshake_request:
        send(PayloadType::handshake_response,
             std::string(R"({"ClientVersion":"1.2.0.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":)") +
                 std::to_string(action_status) + R"(,"ActionResult":null,"Error":""}],"Errors":null})");
        break;
      case PayloadType::handshake_complete:
        opened = true;
        break;
      case PayloadType::output:
        output += message.payload;
        break;
      case PayloadType::std_err:
        errors += message.payload;
        break;
      case PayloadType::exit_code:
        exit_code = message.payload;
        break;
      default:
        break;
    }
  }

  SeededIds ids_{7};
  std::int64_t next_ = 0;
  std::int64_t expected_ = 0;
  std::map<std::int64_t, ChannelMessage> ahead_;
};

}  // namespace roadstead
