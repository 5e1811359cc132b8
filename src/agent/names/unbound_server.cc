#include "agent/names/unbound_server.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "agent/names/render_zone.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {

namespace {

using std::chrono::seconds;

constexpr mode_t readable = 0644;
constexpr mode_t executable = 0755;

/// Replaces a file unless it is the same already. True when it was written.
Result<bool> write_changed(const std::string& path, const std::string& text) {
  auto before = read_file(path);
  if (before && *before == text) return false;
  TRY(write_file_atomic(path, text, readable));
  return true;
}

/// The last thing that it said, which is why it did not start.
std::string last_line(const std::string& text) {
  auto body = trim(text);
  return std::string(body.substr(body.rfind('\n') + 1));
}

}  // namespace

bool name_server_installed() { return find_program("unbound") && find_program("unbound-control"); }

std::string name_server_user() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  bool known = ::getpwnam_r("unbound", &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return known ? "unbound" : "";
}

std::string UnboundServer::path(std::string_view name) const { return cat(settings_.directory, '/', name); }

Status UnboundServer::control(std::string_view command, std::string_view argument) const {
  Command how{.argv = {settings_.control_program, "-c", path("unbound.conf"), std::string(command)}, .timeout = seconds(5)};
  if (!argument.empty()) how.argv.emplace_back(argument);
  TRY(run_ok(how));
  return Done{};
}

bool UnboundServer::running() const { return exists(path("control.sock")) && control("status").has_value(); }

Status UnboundServer::start(const std::string& config) {
  TRY(shutdown());
  TRY(write_file_atomic(path("unbound.conf"), config, readable));
  auto program = find_program(settings_.program);
  if (!program) return Error{"NamesUnavailable", cat("The program ", settings_.program, " is missing. Install it: apt-get install unbound")};
  auto copied = TRY(read_file(*program));
  TRY(write_file_atomic(path("unbound"), copied, executable));
  TRY(remove_file(path("unbound.log")));
  auto started = run_ok({.argv = {path("unbound"), "-c", path("unbound.conf")}, .timeout = seconds(20)});
  if (!started || !running()) {
    auto why = started ? last_line(read_file(path("unbound.log")).value_or("")) : started.error().message;
    return Error{"NamesUnavailable", cat("unbound cannot be started at ", settings_.address, ": ", why)};
  }
  ++starts_;
  log_info("names.started", {{"address", settings_.address}});
  return Done{};
}

Status UnboundServer::tell(const std::string& zone) {
  TRY(make_directories(settings_.directory));
  auto config = render_unbound(settings_, forwarders_in(read_file(settings_.resolv_conf).value_or(""), settings_.address));
  bool new_zone = TRY(write_changed(path("names.zone"), zone));
  auto before = read_file(path("unbound.conf"));
  bool same_config = before && *before == config;
  if (!same_config || !running()) return start(config);
  return new_zone ? control("auth_zone_reload", policy_zone) : Status(Done{});
}

/// Ends one of ours that is there but answers nobody: it would keep the address.
void UnboundServer::kill_silent() const {
  auto pid = to_number<pid_t>(trim(read_file(path("unbound.pid")).value_or("")));
  if (!pid || *pid <= 1) return;
  auto words = read_file(cat("/proc/", *pid, "/cmdline"));
  if (!words || words->find(path("unbound.conf")) == std::string::npos) return;
  log_warning("names.killed", {{"pid", cat(*pid)}});
  ::kill(*pid, SIGKILL);
  for (int tried = 0; tried < 200 && ::kill(*pid, 0) == 0; ++tried) ::usleep(10'000);
}

Status UnboundServer::shutdown() {
  if (!running()) {
    kill_silent();
    return Done{};
  }
  TRY(control("stop"));
  // It answers before it is gone; what follows may want its address.
  for (int tried = 0; tried < 200 && running(); ++tried) ::usleep(10'000);
  if (!running()) return Done{};
  return Error{"NamesUnavailable", cat("unbound in ", settings_.directory, " does not end. Its log is unbound.log there.")};
}

}  // namespace roadstead
