#include "agent/logs/log_outlet.h"

#include <unistd.h>

#include "agent/logs/fluentd_outlet.h"
#include "agent/logs/journald_outlet.h"
#include "agent/logs/log_connection.h"
#include "agent/logs/syslog_outlet.h"
#include "agent/node/log_sink.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

class AwslogsOutlet final : public LogOutlet {
 public:
  AwslogsOutlet(const LogTarget& target, LogSink& sink) : target_(target), sink_(sink) {}

  Status open() override { return sink_.ensure_stream(target_.group, target_.stream, target_.create_group); }
  Status send(std::span<const LogLine> lines) override { return sink_.append(target_.group, target_.stream, lines); }
  std::optional<std::uint64_t> arrived() override { return sink_.appended(target_.group, target_.stream); }

 private:
  LogTarget target_;
  LogSink& sink_;
};

// How a driver writes lines for its connection.
using RenderLines = std::vector<std::string> (*)(const LogTarget&, std::span<const LogLine>);

class SocketOutlet final : public LogOutlet {
 public:
  SocketOutlet(LogTarget target, const LogAddress& address, RenderLines render)
      : target_(std::move(target)), connection_(address), render_(render) {}

  Status open() override { return connection_.open(); }

  Status send(std::span<const LogLine> lines) override {
    TRY(connection_.open());
    for (const auto& message : render_(target_, lines)) TRY(connection_.send(message));
    return Done{};
  }

  void close() override { connection_.close(); }

 private:
  LogTarget target_;
  LogConnection connection_;
  RenderLines render_;
};

}  // namespace

std::unique_ptr<LogOutlet> make_log_outlet(const LogTarget& target, LogSink& sink) {
  if (target.driver == "fluentd") return std::make_unique<SocketOutlet>(target, target.address, render_fluentd_lines);
  if (target.driver == "syslog") return std::make_unique<SocketOutlet>(target, target.address, render_syslog_lines);
  if (target.driver == "journald") return std::make_unique<SocketOutlet>(target, journal_address(), render_journald_lines);
  return std::make_unique<AwslogsOutlet>(target, sink);
}

std::string log_lane(const LogTarget& target) {
  return target.driver.empty() ? "" : cat(target.driver, ' ', to_string(target.address));
}

Status check_log_outlet(const LogTarget& target, LogSink& sink) {
  if (!target.must_answer) return Done{};
  if (target.driver == "journald" && ::access(journal_address().path.c_str(), F_OK) != 0) {
    return Error{"CannotStartContainerError",
                 cat("failed to initialize logging driver: journald is not enabled on this host: there is no ",
                     journal_address().path, ". Use another log driver, or run the task where systemd keeps a journal.")};
  }
  Status opened = make_log_outlet(target, sink)->open();
  if (opened) return Done{};
  return Error{"CannotStartContainerError", cat("failed to initialize logging driver: ", opened.error().message)};
}

}  // namespace roadstead
