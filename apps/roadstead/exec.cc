// roadstead exec: the client's half of a data channel (agent/exec/channel_message.h) on the server's admin socket.
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>

#include "admin_client.h"
#include "agent/exec/channel_message.h"
#include "agent/exec/command_words.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "commands.h"
#include "io/fd.h"
#include "io/system_clock.h"
#include "io/system_ids.h"
#include "net/websocket.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

namespace json = boost::json;

constexpr std::size_t most_in_flight = 64;
constexpr std::size_t piece_size = 1024;
constexpr int repeat_millis = 200;
constexpr int lost_exit_code = 255;

/// Gives the terminal back as it was, whatever happens.
class RawTerminal {
 public:
  explicit RawTerminal(bool wanted) : active_(wanted && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!active_) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }

  ~RawTerminal() {
    if (active_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool active_;
};

void write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads us any more
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// One attached command, seen from here.
class Attachment {
 public:
  Attachment(Fd socket, bool interactive) : socket_(std::move(socket)), interactive_(interactive) {}

  Status upgrade(const std::string& session_id, const std::string& token) {
    queue(render_websocket_request("localhost", cat("/v1/data-channel/", session_id, "?role=publish_subscribe"), "cm9hZHN0ZWFk"));
    flush();
    std::string head;
    while (!head.contains("\r\n\r\n")) {
      char piece[4096];
      auto got = ::read(socket_.get(), piece, sizeof piece);
      if (got <= 0) return Error{"NotRunning", "The server has ended."};
      head.append(piece, static_cast<std::size_t>(got));
    }
    if (!head.starts_with("HTTP/1.1 101")) {
      auto words = trim(std::string_view(head).substr(head.find("\r\n\r\n")));
      return Error{"Refused", words.empty() ? cat("The server refused: ", head.substr(0, head.find('\r'))) : std::string(words)};
    }
    reader_.put(std::string_view(head).substr(head.find("\r\n\r\n") + 4));
    json::object hello{{"MessageSchemaVersion", "1.0"}, {"RequestId", new_uuid(ids_)}, {"TokenValue", token},
                       {"ClientId", new_uuid(ids_)}, {"ClientVersion", "1.2.0.0"}};
    queue(render_frame(WebSocketOpcode::text, json::serialize(hello), mask()));
    return Done{};
  }

  /// Carries bytes until the command ends; its exit code.
  int run() {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGWINCH);
    ::sigprocmask(SIG_BLOCK, &watched, nullptr);
    Fd signals(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    take_messages();
    while (!ended_) {
      flush();
      bool may_read = opened_ && !input_ended_ && unacknowledged_.size() < most_in_flight;
      pollfd polled[] = {{socket_.get(), static_cast<short>(POLLIN | (out_.empty() ? 0 : POLLOUT)), 0},
                         {may_read ? STDIN_FILENO : -1, POLLIN, 0},
                         {signals.get(), POLLIN, 0}};
      int ready = ::poll(polled, 3, unacknowledged_.empty() ? -1 : repeat_millis);
      if (ready == 0) repeat();
      if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) read_socket();
      if (polled[1].revents != 0) read_input();
      if (polled[2].revents != 0) resize(signals);
    }
    return exit_code_;
  }

  const std::string& last_words() const { return last_words_; }

 private:
  std::uint32_t mask() { return static_cast<std::uint32_t>(ids_.bits()); }

  void queue(const std::string& bytes) { out_ += bytes; }

  void queue_message(const ChannelMessage& message) {
    queue(render_frame(WebSocketOpcode::binary, render_message(message), mask()));
  }

  void flush() {
    while (!out_.empty()) {
      auto sent = ::send(socket_.get(), out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) return;
      out_.erase(0, static_cast<std::size_t>(sent));
    }
  }

  void send(PayloadType type, std::string payload) {
    ChannelMessage message{.type = std::string(input_stream_data), .created = clock_.now(), .sequence = next_out_++};
    message.id = new_uuid(ids_);
    message.payload_type = type;
    message.payload = std::move(payload);
    queue_message(message);
    unacknowledged_.push_back(std::move(message));
  }

  void repeat() {
    for (const auto& message : unacknowledged_) queue_message(message);
  }

  void read_input() {
    char piece[piece_size];
    auto got = ::read(STDIN_FILENO, piece, sizeof piece);
    if (got < 0 && errno == EINTR) return;
    if (got > 0) return send(PayloadType::output, std::string(piece, static_cast<std::size_t>(got)));
    input_ended_ = true;
    send(PayloadType::flag, std::string(end_of_input));
  }

  void resize(const Fd& signals) {
    signalfd_siginfo ignored;
    while (::read(signals.get(), &ignored, sizeof ignored) > 0) {
    }
    send_size();
  }

  void send_size() {
    winsize size{};
    if (!interactive_ || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
    send(PayloadType::size, json::serialize(json::object{{"cols", size.ws_col}, {"rows", size.ws_row}}));
  }

  void read_socket() {
    char piece[16 * 1024];
    auto got = ::recv(socket_.get(), piece, sizeof piece, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      if (!ended_) last_words_ = "The connection to the server was lost.";
      ended_ = true;
      return;
    }
    reader_.put(std::string_view(piece, static_cast<std::size_t>(got)));
    take_messages();
  }

  void take_messages() {
    while (!ended_) {
      auto frame = reader_.next();
      if (!frame || !*frame) {
        ended_ = ended_ || !frame;
        return;
      }
      if ((*frame)->opcode == WebSocketOpcode::close) {
        last_words_ = (*frame)->payload.size() > 2 ? (*frame)->payload.substr(2) : "";
        ended_ = true;
      }
      if ((*frame)->opcode != WebSocketOpcode::binary) continue;
      auto message = parse_message((*frame)->payload);
      if (message) take(std::move(*message));
    }
  }

  void take(ChannelMessage message) {
    if (message.type == acknowledge_message) {
      auto sequence = acknowledged_sequence(message);
      if (sequence) std::erase_if(unacknowledged_, [&](const auto& sent) { return sent.sequence == *sequence; });
    } else if (message.type == channel_closed_message) {
      close(message.payload);
    } else if (message.type == output_stream_data) {
      queue_message(acknowledge(message, ids_, clock_.now()));
      if (message.sequence >= next_in_) ahead_.emplace(message.sequence, std::move(message));
      for (auto next = ahead_.find(next_in_); next != ahead_.end(); next = ahead_.find(++next_in_)) {
        handle(next->second);
        ahead_.erase(next_in_);
      }
    }
  }

  void handle(const ChannelMessage& message) {
    switch (message.payload_type) {
      case PayloadType::handshake_request:
        return send(PayloadType::handshake_response,
                    R"({"ClientVersion":"1.2.0.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,)"
                    R"("ActionResult":null,"Error":""}],"Errors":null})");
      case PayloadType::handshake_complete:
        send_size();
        opened_ = true;
        return;
      case PayloadType::output:
        return write_fully(STDOUT_FILENO, message.payload);
      case PayloadType::std_err:
        return write_fully(STDERR_FILENO, message.payload);
      default:
        return;
    }
  }

  void close(const std::string& payload) {
    ended_ = true;
    boost::system::error_code problem;
    auto parsed = json::parse(payload, problem);
    if (problem || !parsed.is_object()) return;
    const auto* text = parsed.as_object().if_contains("Output");
    const auto* code = parsed.as_object().if_contains("ExitCode");
    if (text != nullptr && text->is_string()) last_words_ = text->as_string();
    if (code != nullptr && code->is_int64()) exit_code_ = static_cast<int>(code->as_int64());
  }

  Fd socket_;
  bool interactive_;
  SystemIds ids_;
  SystemClock clock_;
  WebSocketReader reader_{false};
  std::string out_;
  std::int64_t next_out_ = 0;
  std::int64_t next_in_ = 0;
  std::map<std::int64_t, ChannelMessage> ahead_;
  std::deque<ChannelMessage> unacknowledged_;
  bool opened_ = false;
  bool input_ended_ = false;
  bool ended_ = false;
  int exit_code_ = lost_exit_code;
  std::string last_words_;
};

Result<Fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{"NotRunning", cat("The path ", path, " is too long.")};
  std::memcpy(address.sun_path, path.data(), path.size() + 1);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return Error{"NotRunning", "The server has ended."};
  }
  return socket;
}

Result<int> attach(const Arguments& arguments, const Words& command) {
  auto state = arguments.get("state", default_state_directory());
  bool interactive = arguments.has("interactive");
  auto target = cat("/admin/exec?task=", percent_encode(arguments.words()[0]), "&container=",
                    percent_encode(arguments.get("container", "")), "&command=", percent_encode(join_command(command)),
                    "&interactive=", interactive ? "true" : "false");
  auto session = TRY(ask_server(state, "POST", target));
  auto socket = TRY(connect_to(admin_socket_of(state)));
  Attachment attachment(std::move(socket), interactive);
  const auto& opened = session.as_object();
  TRY(attachment.upgrade(std::string(opened.at("session_id").as_string()), std::string(opened.at("token").as_string())));
  int exit_code = 0;
  {
    RawTerminal raw(interactive && ::isatty(STDIN_FILENO) == 1);
    exit_code = attachment.run();
  }
  if (!attachment.last_words().empty()) std::fprintf(stderr, "roadstead: %s\n", attachment.last_words().c_str());
  return exit_code;
}

}  // namespace

/// Runs a command in a container and ends as it ends: with its exit code, or 255 when that is not known.
int run_exec(const Words& words) {
  auto options = with_state_options({{"container", "NAME", "which container; needed when the task has several"},
                                     {"interactive", "", "with a terminal"}});
  auto dashes = std::ranges::find(words, "--");
  auto arguments = Arguments::parse_with_words(Words(words.begin(), dashes), options);
  if (!arguments && dashes == words.end()) arguments = Error{arguments.error().code, cat(arguments.error().message, "\nPut `--` before the command.")};
  if (!arguments) return fail(arguments.error());
  // Without dashes the command is what follows the task, as long as none of it looks like an option.
  auto given = arguments->words();
  Words command = dashes == words.end() ? Words(given.begin() + (given.empty() ? 0 : 1), given.end()) : Words(dashes + 1, words.end());
  if (dashes == words.end() && given.size() > 1) given.resize(1);
  constexpr const char* usage = "usage: roadstead exec TASK [--container NAME] [--interactive] -- COMMAND…\n\n";
  if (arguments->has("help")) {
    std::printf("%s%s", usage, help_of(options).c_str());
    return 0;
  }
  if (given.size() != 1 || command.empty()) return fail({"Usage", usage});
  auto exit_code = attach(*arguments, command);
  return exit_code ? *exit_code : fail(exit_code.error());
}

}  // namespace roadstead
