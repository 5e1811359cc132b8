#include "agent/exec/exec_session.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "agent/exec/command_words.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/system_ids.h"

namespace roadstead {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Duration token_patience = 10s;
/// How long a client gets to acknowledge the last output, and to close.
constexpr Duration goodbye_patience = 5s;
constexpr int longest_wait_millis = 1000;
constexpr std::size_t most_waiting_input = 256 * 1024;
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t policy_violation = 1008;

/// The token of {"MessageSchemaVersion":"1.0","RequestId":…,"TokenValue":…,…}.
std::string token_of(const std::string& text) {
  boost::system::error_code problem;
  auto parsed = json::parse(text, problem);
  if (problem || !parsed.is_object()) return {};
  const auto* token = parsed.as_object().if_contains("TokenValue");
  return token != nullptr && token->is_string() ? std::string(token->as_string()) : std::string();
}

}  // namespace

ExecSession::ExecSession(Deps deps, std::string session_id, TakenConnection connection)
    : deps_(std::move(deps)),
      session_id_(std::move(session_id)),
      socket_(connection.fd),
      tls_(std::move(connection.tls)),
      ids_(std::make_unique<SystemIds>()),
      phase_since_(deps_.clock.now()),
      active_at_(phase_since_),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  reader_.put(connection.unread);
}

ExecSession::~ExecSession() = default;

void ExecSession::stop() {
  std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) < 0) log_warning("exec_not_stopped", {{"session", session_id_}});
}

void ExecSession::run() {
  take_messages();
  while (phase_ != Phase::over) {
    flush();
    if (phase_ == Phase::over) break;
    wait();
    look_at_time();
  }
  if (process_ && !process_->exit_code()) process_->hang_up();
  process_.reset();
}

/// How many milliseconds nothing has to be done.
int ExecSession::patience() const {
  if (!channel_) return longest_wait_millis;
  auto wake = channel_->next_wake();
  if (!wake) return longest_wait_millis;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake - deps_.clock.now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest_wait_millis));
}

void ExecSession::wait() {
  // Output is taken only as fast as the client acknowledges it: then the command waits, not our memory.
  bool listening = channel_ && channel_->state() == DataChannel::State::open && channel_->has_room();
  if (channel_) channel_->pause_input(to_command_.size() > most_waiting_input);
  enum { socket, stopped, output, error, input, handle, polled_count };
  pollfd polled[polled_count];
  for (auto& one : polled) one = {-1, 0, 0};
  polled[socket] = {socket_.get(), static_cast<short>(POLLIN | (to_socket_.empty() ? 0 : POLLOUT)), 0};
  polled[stopped] = {stop_.get(), POLLIN, 0};
  if (process_ && listening) {
    polled[output] = {process_->output(), POLLIN, 0};
    polled[error] = {process_->error(), POLLIN, 0};
    polled[handle] = {process_->handle(), POLLIN, 0};
    if (!to_command_.empty()) polled[input] = {process_->input(), POLLOUT, 0};
  }
  if (::poll(polled, polled_count, patience()) < 0) return;
  if (polled[stopped].revents != 0) {
    finish("The server is shutting down.", std::nullopt);
    say_goodbye(going_away, "the server is shutting down");
    flush();
    phase_ = Phase::over;
    return;
  }
  if ((polled[output].revents | polled[error].revents) != 0) take_from_command();
  if (polled[input].revents != 0) feed_command();
  if (polled[handle].revents != 0) drain_command();
  if ((polled[socket].revents & (POLLIN | POLLHUP | POLLERR)) != 0) take_from_socket();
}

void ExecSession::take_from_socket() {
  char piece[16 * 1024];
  auto got = ::recv(socket_.get(), piece, sizeof piece, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    phase_ = Phase::over;  // the client is gone, and with it whoever saw the command
    return;
  }
  std::string_view bytes(piece, static_cast<std::size_t>(got));
  if (tls_) {
    std::string plain;
    bool sound = tls_->receive(bytes, plain, to_socket_);
    reader_.put(plain);
    if (!sound) phase_ = Phase::over;
  } else {
    reader_.put(bytes);
  }
  take_messages();
}

void ExecSession::take_messages() {
  while (phase_ != Phase::over) {
    auto message = reader_.next();
    if (!message) return say_goodbye(protocol_error, message.error().message);
    if (!*message) return;
    take_message(**message);
  }
}

void ExecSession::take_message(const WebSocketMessage& message) {
  switch (message.opcode) {
    case WebSocketOpcode::ping:
      return send(WebSocketOpcode::pong, message.payload);
    case WebSocketOpcode::close:
      send(WebSocketOpcode::close, message.payload.substr(0, 2));
      flush();
      phase_ = Phase::over;
      return;
    case WebSocketOpcode::text:
      if (phase_ == Phase::awaiting_token) return take_token(message.payload);
      break;
    default:
      break;
  }
  bool data = message.opcode == WebSocketOpcode::binary || message.opcode == WebSocketOpcode::text;
  if (!data || !channel_ || phase_ == Phase::saying_goodbye) return;
  auto status = channel_->receive(message.payload, deps_.clock.now());
  if (!status) return say_goodbye(protocol_error, status.error().message);
  if (auto size = channel_->take_size()) {
    size_ = *size;
    if (process_) process_->resize(size_.columns, size_.rows);
  }
  if (auto typed = channel_->take_input(); !typed.empty()) {
    active_at_ = deps_.clock.now();
    to_command_ += typed;
  }
  feed_command();
  if (channel_->wants_end()) return finish("", std::nullopt);
  if (channel_->state() == DataChannel::State::open && !process_) start_command();
}

void ExecSession::take_token(const std::string& text) {
  auto order = deps_.open(session_id_, token_of(text));
  if (!order) {
    log_warning("exec_refused", {{"session", session_id_}, {"why", order.error().message}});
    return say_goodbye(policy_violation, order.error().message);
  }
  order_ = std::move(*order);
  log_info("exec_opened", {{"session", session_id_}, {"task", order_->container.task_id}, {"container", order_->container.name}});
  DataChannel::Options options{.session_id = session_id_, .target = order_->target, .interactive = order_->interactive};
  channel_ = std::make_unique<DataChannel>(std::move(options), *ids_);
  phase_ = Phase::carrying;
  phase_since_ = active_at_ = deps_.clock.now();
  channel_->begin(phase_since_);
}

/// Only when the client is ready: what a command prints before would be lost on it.
void ExecSession::start_command() {
  auto words = split_command(order_->command);
  if (!words) return finish(words.error().message, std::nullopt);
  AttachedSpec spec{.args = std::move(*words), .terminal = order_->interactive, .columns = size_.columns, .rows = size_.rows};
  if (order_->interactive) spec.env.emplace_back("TERM=xterm-256color");
  auto opened = deps_.host.open_exec(order_->container, spec);
  if (!opened) return finish(opened.error().message, std::nullopt);
  process_ = std::move(*opened);
  feed_command();
}

void ExecSession::take_from_command() {
  auto now = deps_.clock.now();
  auto printed = process_->read_output();
  auto complained = process_->read_error();
  if (!printed.empty() || !complained.empty()) active_at_ = now;
  channel_->send(PayloadType::output, printed, now);
  channel_->send(PayloadType::std_err, complained, now);
}

/// The command has ended: sends what it left behind. Its children may hold the ends open; nobody waits for them.
void ExecSession::drain_command() {
  for (int turn = 0; turn < 8 && channel_->has_room(); ++turn) {
    auto now = deps_.clock.now();
    auto printed = process_->read_output();
    auto complained = process_->read_error();
    if (printed.empty() && complained.empty()) {
      auto exit_code = process_->exit_code();
      auto complaint = exit_code.value_or(0) != 0 ? process_->complaint() : "";
      return finish(complaint.empty() ? "" : cat("The command could not be run: ", complaint), exit_code);
    }
    channel_->send(PayloadType::output, printed, now);
    channel_->send(PayloadType::std_err, complained, now);
  }
}

void ExecSession::feed_command() {
  if (!process_) return;
  if (!to_command_.empty()) to_command_.erase(0, process_->write(to_command_));
  if (to_command_.empty() && channel_->input_ended()) process_->close_input();
}

void ExecSession::look_at_time() {
  auto now = deps_.clock.now();
  if (phase_ == Phase::awaiting_token && now - phase_since_ > token_patience) return say_goodbye(policy_violation, "no token came");
  if (phase_ == Phase::saying_goodbye && now - phase_since_ > goodbye_patience) phase_ = Phase::over;
  if (phase_ != Phase::carrying || !channel_) return;
  channel_->tick(now);
  if (finished_at_) {
    // A client that does not acknowledge the rest is not waited for.
    if (now - *finished_at_ > goodbye_patience) say_goodbye(normal_closure, "");
  } else if (now - active_at_ > deps_.idle_timeout) {
    finish("Session timed out: nothing was typed or printed for a long time.", std::nullopt);
  }
}

void ExecSession::finish(std::string text, std::optional<int> exit_code) {
  if (!channel_ || finished_at_) return;
  if (process_ && !exit_code) process_->hang_up();
  finished_at_ = deps_.clock.now();
  channel_->finish(std::move(text), exit_code, *finished_at_);
}

void ExecSession::send(WebSocketOpcode opcode, std::string_view payload) {
  auto frame = render_frame(opcode, payload);
  if (tls_) {
    if (!tls_->send(frame, to_socket_)) phase_ = Phase::over;
  } else {
    to_socket_ += frame;
  }
}

void ExecSession::flush() {
  if (channel_) {
    auto frames = channel_->take_frames();
    for (const auto& frame : frames) send(WebSocketOpcode::binary, frame);
    // The client closes when it has read that the channel is closed.
    if (phase_ == Phase::carrying && channel_->state() == DataChannel::State::closed) {
      phase_ = Phase::saying_goodbye;
      phase_since_ = deps_.clock.now();
    }
  }
  while (!to_socket_.empty()) {
    auto sent = ::send(socket_.get(), to_socket_.data(), to_socket_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      phase_ = Phase::over;
      return;
    }
    to_socket_.erase(0, static_cast<std::size_t>(sent));
  }
}

void ExecSession::say_goodbye(std::uint16_t code, std::string_view why) {
  if (phase_ == Phase::over) return;
  if (channel_) {
    auto frames = channel_->take_frames();
    for (const auto& frame : frames) send(WebSocketOpcode::binary, frame);
  }
  send(WebSocketOpcode::close, render_close(code, why));
  phase_ = Phase::saying_goodbye;
  phase_since_ = deps_.clock.now();
}

}  // namespace roadstead
