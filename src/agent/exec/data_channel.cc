#include "agent/exec/data_channel.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t most_bytes_a_message = 1024;
constexpr Duration longest_repeat = 1s;
constexpr double granularity = 10'000;  // microseconds
constexpr int most_repeats = 3000;
constexpr int action_done = 1;

/// The number under `name`, within what a terminal can have.
std::optional<int> dimension(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return static_cast<int>(std::clamp<std::int64_t>(value->as_int64(), 1, 10'000));
}

std::optional<json::object> object_of(const std::string& text) {
  boost::system::error_code problem;
  auto parsed = json::parse(text, problem);
  if (problem || !parsed.is_object()) return std::nullopt;
  return parsed.as_object();
}

}  // namespace

void DataChannel::begin(Instant now) {
  begun_at_ = now;
  json::object parameters{{"SessionType", options_.interactive ? "InteractiveCommands" : "NonInteractiveCommands"},
                          {"Properties", nullptr}};
  json::object action{{"ActionType", "SessionType"}, {"ActionParameters", std::move(parameters)}};
  json::object request{{"AgentVersion", "3.1.0.0"}, {"RequestedClientActions", json::array{std::move(action)}}};
  send_data(PayloadType::handshake_request, json::serialize(request), syn_flag, now);
}

Status DataChannel::receive(std::string_view bytes, Instant now) {
  auto message = TRY(parse_message(bytes));
  if (state_ == State::closed) return Done{};
  if (message.type == acknowledge_message) {
    take_acknowledgement(TRY(acknowledged_sequence(message)), now);
    close_if_done(now);
    return Done{};
  }
  if (message.type != input_stream_data) return Done{};  // what newer clients may say besides
  bool typed = message.payload_type == PayloadType::output && message.sequence >= next_in_;
  bool too_early = message.sequence > next_in_ && ahead_.size() >= most_ahead;
  if (too_early || (typed && input_paused_)) return Done{};  // unacknowledged: it comes again
  frames_.push_back(render_message(acknowledge(message, ids_, now)));
  if (message.sequence > next_in_) ahead_.emplace(message.sequence, std::move(message));
  else if (message.sequence == next_in_) take_in_order(message, now);
  for (auto next = ahead_.find(next_in_); next != ahead_.end(); next = ahead_.find(next_in_)) {
    auto due = std::move(next->second);
    ahead_.erase(next);
    take_in_order(due, now);
  }
  return Done{};
}

void DataChannel::take_in_order(const ChannelMessage& message, Instant now) {
  ++next_in_;
  switch (message.payload_type) {
    case PayloadType::handshake_response:
      return take_handshake(message, now);
    case PayloadType::output:
      input_ += message.payload;
      return;
    case PayloadType::size: {
      auto sizes = object_of(message.payload);
      if (!sizes) return;
      auto columns = dimension(*sizes, "cols");
      auto rows = dimension(*sizes, "rows");
      if (columns && rows) size_ = TerminalSize{*columns, *rows};
      return;
    }
    case PayloadType::flag:
      if (message.payload == terminate_session) wants_end_ = true;
      if (message.payload == end_of_input) input_ended_ = true;
      return;
    default:
      return;
  }
}

/// The client has done what it was asked, or says why not.
void DataChannel::take_handshake(const ChannelMessage& message, Instant now) {
  if (state_ != State::handshaking) return;
  auto response = object_of(message.payload);
  bool done = false;
  const auto* actions = response ? response->if_contains("ProcessedClientActions") : nullptr;
  if (actions != nullptr && actions->is_array()) {
    for (const auto& action : actions->as_array()) {
      if (!action.is_object()) continue;
      const auto* type = action.as_object().if_contains("ActionType");
      const auto* status = action.as_object().if_contains("ActionStatus");
      if (type != nullptr && *type == "SessionType") done = status != nullptr && *status == action_done;
    }
  }
  if (!done) {
    last_text_ = "The client cannot open a session of this type.";
    return close(now);
  }
  state_ = State::open;
  json::object complete{{"HandshakeTimeToComplete", (now - begun_at_).count() * 1000}, {"CustomerMessage", ""}};
  send_data(PayloadType::handshake_complete, json::serialize(complete), 0, now);
}

void DataChannel::send(PayloadType type, std::string_view bytes, Instant now) {
  for (std::size_t at = 0; at < bytes.size(); at += most_bytes_a_message) {
    send_data(type, std::string(bytes.substr(at, most_bytes_a_message)), 0, now);
  }
}

void DataChannel::send_data(PayloadType type, std::string payload, std::uint64_t flags, Instant now) {
  ChannelMessage message{
      .type = std::string(output_stream_data), .created = now, .sequence = next_out_++, .flags = flags, .id = new_uuid(ids_)
  };
  message.payload_type = type;
  message.payload = std::move(payload);
  frames_.push_back(render_message(message));
  unacknowledged_.push_back({std::move(message), now, now});
}

void DataChannel::take_acknowledgement(std::int64_t sequence, Instant now) {
  auto found = std::ranges::find_if(unacknowledged_, [&](const Sent& sent) { return sent.message.sequence == sequence; });
  if (found == unacknowledged_.end()) return;
  // A repeated message may be acknowledged twice: its time says nothing.
  if (found->repeats == 0) learn_round_trip(now - found->first_sent);
  unacknowledged_.erase(found);
}

void DataChannel::learn_round_trip(Duration taken) {
  auto sample = static_cast<double>(std::max<std::int64_t>(0, taken.count()));
  if (round_trip_ == 0) {
    round_trip_ = sample;
    variation_ = sample / 2;
  } else {
    variation_ = variation_ * 3 / 4 + std::abs(round_trip_ - sample) / 4;
    round_trip_ = round_trip_ * 7 / 8 + sample / 8;
  }
  auto next = Duration(static_cast<std::int64_t>(round_trip_ + std::max(granularity, 4 * variation_)));
  // A client on this machine acknowledges within microseconds, but not while it is being set up.
  repeat_after_ = std::clamp<Duration>(next, 200ms, longest_repeat);
}

std::optional<Instant> DataChannel::next_wake() const {
  if (state_ == State::closed || unacknowledged_.empty()) return std::nullopt;
  return unacknowledged_.front().last_sent + repeat_after_;
}

void DataChannel::tick(Instant now) {
  auto due = next_wake();
  if (!due || now < *due) return;
  auto& oldest = unacknowledged_.front();
  if (++oldest.repeats > most_repeats) return close(now);
  oldest.last_sent = now;
  frames_.push_back(render_message(oldest.message));
}

void DataChannel::finish(std::string text, std::optional<int> exit_code, Instant now) {
  if (state_ == State::finishing || state_ == State::closed) return;
  last_text_ = std::move(text);
  exit_code_ = exit_code;
  state_ = State::finishing;
  if (exit_code && !options_.interactive) send_data(PayloadType::exit_code, cat(*exit_code), 0, now);
  close_if_done(now);
}

void DataChannel::close_if_done(Instant now) {
  if (state_ == State::finishing && unacknowledged_.empty()) close(now);
}

void DataChannel::close(Instant now) {
  state_ = State::closed;
  auto id = new_uuid(ids_);
  json::object payload{{"MessageId", id},          {"CreatedDate", cat(now.millis())},
                       {"DestinationId", options_.target}, {"SessionId", options_.session_id},
                       {"MessageType", channel_closed_message}, {"SchemaVersion", 1},
                       {"Output", last_text_}};
  // Not of the protocol: what the plugin passes over, and our own client returns.
  if (exit_code_) payload["ExitCode"] = *exit_code_;
  ChannelMessage message{.type = std::string(channel_closed_message), .created = now, .flags = syn_flag | fin_flag, .id = id};
  message.payload = json::serialize(payload);
  frames_.push_back(render_message(message));
}

}  // namespace roadstead
