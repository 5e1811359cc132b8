// The agent's side of a Session Manager data channel as a state machine: bytes and the time go in, frames to send and what
// the user did come out. It keeps order, acknowledges, and repeats what is not acknowledged. Pure; one thread.
//
//   begin() ─► handshaking ── response ──► open ── finish() ──► finishing ── all acknowledged ──► closed
//                  └────── refused, or repeated in vain ────────────────────────────────────────────▲
//
// It does not know sockets, tokens or processes: exec_session.h has those. Source: reference/agent-protocol.md §8.4–8.6.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/exec/channel_message.h"
#include "base/id/id.h"
#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

struct TerminalSize {
  int columns = 80;
  int rows = 24;

  bool operator==(const TerminalSize&) const = default;
};

class DataChannel {
 public:
  enum class State { handshaking, open, finishing, closed };

  struct Options {
    std::string session_id;
    /// "ecs:<cluster>_<task id>_<runtime id>"
    std::string target;
    /// With a terminal: InteractiveCommands, else NonInteractiveCommands.
    bool interactive = true;
  };

  /// `ids` must outlive it.
  DataChannel(Options options, Ids& ids) : options_(std::move(options)), ids_(ids) {}

  /// Asks for the handshake. Once.
  void begin(Instant now);

  /// Takes one binary message of the client. Errors: ProtocolError; the connection is not to be used any more.
  Status receive(std::string_view bytes, Instant now);

  /// Sends bytes of the command: PayloadType::output or std_err. Kept until acknowledged; see has_room.
  void send(PayloadType type, std::string_view bytes, Instant now);

  /// The command has ended. Closes when everything was acknowledged, and `text` is shown to the user if it is not empty.
  void finish(std::string text, std::optional<int> exit_code, Instant now);

  /// Repeats what was not acknowledged in time. To be called at next_wake.
  void tick(Instant now);

  /// While paused, what is typed is neither taken nor acknowledged, so that the client keeps it and sends it again.
  void pause_input(bool paused) { input_paused_ = paused; }

  /// Whether more output should be taken from the command now.
  bool has_room() const { return unacknowledged_.size() < most_unacknowledged; }

  State state() const { return state_; }

  /// When tick is due; nothing when no message waits for its acknowledgement.
  std::optional<Instant> next_wake() const;

  // What came out since the last call.
  std::vector<std::string> take_frames() { return std::exchange(frames_, {}); }
  std::string take_input() { return std::exchange(input_, {}); }
  std::optional<TerminalSize> take_size() { return std::exchange(size_, {}); }
  /// Whether the client asked for the end.
  bool wants_end() const { return wants_end_; }
  /// Whether the client said that no more input comes.
  bool input_ended() const { return input_ended_; }

 private:
  struct Sent {
    ChannelMessage message;
    Instant first_sent;
    Instant last_sent;
    int repeats = 0;
  };

  static constexpr std::size_t most_unacknowledged = 256;
  static constexpr std::size_t most_ahead = 10'000;

  void send_data(PayloadType type, std::string payload, std::uint64_t flags, Instant now);
  void take_acknowledgement(std::int64_t sequence, Instant now);
  void learn_round_trip(Duration taken);
  void take_in_order(const ChannelMessage& message, Instant now);
  void take_handshake(const ChannelMessage& message, Instant now);
  void close_if_done(Instant now);
  void close(Instant now);

  Options options_;
  Ids& ids_;
  State state_ = State::handshaking;
  Instant begun_at_;
  std::int64_t next_out_ = 0;
  std::int64_t next_in_ = 0;
  std::map<std::int64_t, ChannelMessage> ahead_;  // came before its turn
  std::deque<Sent> unacknowledged_;
  double round_trip_ = 0;  // microseconds, smoothed; 0 before the first
  double variation_ = 0;
  Duration repeat_after_ = std::chrono::milliseconds(200);
  std::string last_text_;
  std::optional<int> exit_code_;
  std::vector<std::string> frames_;
  std::string input_;
  std::optional<TerminalSize> size_;
  bool wants_end_ = false;
  bool input_ended_ = false;
  bool input_paused_ = false;
};

}  // namespace roadstead
