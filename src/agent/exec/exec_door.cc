#include "agent/exec/exec_door.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::string_view path_of_channels = "/v1/data-channel/";

std::string session_id_of(std::string_view target) {
  target.remove_prefix(path_of_channels.size());
  return std::string(target.substr(0, target.find('?')));
}

HttpResponse refusal(int status, std::string_view text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = cat(text, "\n")};
}

}  // namespace

ExecDoor::ExecDoor(Deps deps)
    : deps_(std::move(deps)),
      sessions_gauge_(deps_.metrics.gauge("roadstead_exec_sessions", "Commands that somebody is attached to")) {}

ExecDoor::~ExecDoor() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  for (const auto& [number, session] : sessions_) session->stop();
  ended_.wait(lock, [this] { return sessions_.empty(); });
}

bool ExecDoor::is_for(const HttpRequest& request) { return request.target.starts_with(path_of_channels); }

void ExecDoor::serve(const HttpRequest& request, const HttpResponder& respond) {
  if (!is_websocket_request(request)) return respond(refusal(400, "This is the place of data channels: send a WebSocket request."));
  {
    std::lock_guard lock(mutex_);
    if (ending_ || sessions_.size() >= deps_.most_sessions) return respond(refusal(503, "There are too many sessions. Try again later."));
  }
  respond(accept_websocket(request, [this, id = session_id_of(request.target)](TakenConnection connection) {
    begin(id, std::move(connection));
  }));
}

void ExecDoor::begin(const std::string& session_id, TakenConnection connection) {
  std::lock_guard lock(mutex_);
  if (ending_) {
    ::close(connection.fd);
    return;
  }
  ExecSession::Deps deps{.open = deps_.open, .host = deps_.host, .clock = deps_.clock};
  auto session = std::make_shared<ExecSession>(std::move(deps), session_id, std::move(connection));
  std::uint64_t number = next_++;
  sessions_[number] = session;
  sessions_gauge_.set(static_cast<std::int64_t>(sessions_.size()));
  std::thread thread([this, number, session_id, session] { carry(number, session_id, *session); });
  pthread_setname_np(thread.native_handle(), "exec");
  // The destructor waits for the session to leave the list, which is the last thing that its thread does.
  thread.detach();
}

void ExecDoor::carry(std::uint64_t number, const std::string& session_id, ExecSession& session) {
  session.run();
  if (session.opened()) deps_.close(session_id);
  log_info("exec_closed", {{"session", session_id}});
  std::lock_guard lock(mutex_);
  sessions_.erase(number);
  sessions_gauge_.set(static_cast<std::int64_t>(sessions_.size()));
  ended_.notify_all();
}

}  // namespace roadstead
