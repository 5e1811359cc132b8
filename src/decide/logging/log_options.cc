#include "decide/logging/log_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>

#include "base/text/text.h"
#include "decide/logging/log_tag.h"

namespace roadstead {
namespace {

constexpr std::int64_t smallest_buffer = 64 << 10;

Error refused(std::string message) { return Error{"InvalidLogOptions", std::move(message)}; }

using Names = std::set<std::string, std::less<>>;

const Names& options_of(std::string_view driver) {
  static const std::map<std::string, Names, std::less<>> known{
      {"awslogs",
       {"awslogs-create-group", "awslogs-credentials-endpoint", "awslogs-datetime-format", "awslogs-endpoint",
        "awslogs-force-flush-interval-seconds", "awslogs-format", "awslogs-group", "awslogs-max-buffered-events",
        "awslogs-multiline-pattern", "awslogs-region", "awslogs-stream-prefix"}},
      {"fluentd",
       {"env", "env-regex", "fluentd-address", "fluentd-async", "fluentd-async-connect",
        "fluentd-async-reconnect-interval", "fluentd-buffer-limit", "fluentd-max-retries", "fluentd-request-ack",
        "fluentd-retry-wait", "fluentd-sub-second-precision", "fluentd-write-timeout", "labels", "labels-regex", "tag"}},
      {"journald", {"env", "env-regex", "labels", "labels-regex", "tag"}},
      {"json-file", {"compress", "env", "env-regex", "labels", "labels-regex", "max-file", "max-size", "tag"}},
      {"syslog",
       {"env", "env-regex", "labels", "labels-regex", "syslog-address", "syslog-facility", "syslog-format",
        "syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key", "syslog-tls-skip-verify", "tag"}},
  };
  static const Names none;
  auto found = known.find(driver);
  return found == known.end() ? none : found->second;
}

Error option_error(std::string_view driver, std::string_view option, std::string_view rule) {
  return refused(cat("Log driver ", driver, " option '", option, "' ", rule));
}

Status check_names(std::string_view driver, const LogOptions& options) {
  const Names& allowed = options_of(driver);
  std::vector<std::string> strange;
  for (const auto& [name, value] : options) {
    if (name != "mode" && name != "max-buffer-size" && !allowed.contains(name)) strange.push_back(name);
  }
  if (strange.empty()) return Done{};
  return refused(cat("Log driver ", driver, " disallows options: ", join(strange, ", ")));
}

Status check_buffer(std::string_view driver, const LogOptions& options) {
  std::string mode = log_option(options, "mode");
  if (options.contains("mode") && mode != "blocking" && mode != "non-blocking") {
    return option_error(driver, "mode", "must be 'blocking' or 'non-blocking'.");
  }
  if (!options.contains("max-buffer-size")) return Done{};
  if (mode == "blocking") {
    return option_error(driver, "max-buffer-size", "is only supported with 'mode' set to 'non-blocking'.");
  }
  auto bytes = parse_log_size(log_option(options, "max-buffer-size"));
  if (bytes && *bytes > 0) return Done{};
  return option_error(driver, "max-buffer-size", "must be a size such as 512k, 10m or 1g.");
}

Status check_awslogs(const LogOptions& options) {
  for (const char* required : {"awslogs-group", "awslogs-region"}) {
    if (!options.contains(required)) return refused(cat("Log driver awslogs requires options: ", required));
  }
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./#-";
  if (options.at("awslogs-group").find_first_not_of(allowed) != std::string::npos) {
    return refused("Log driver awslogs option 'awslogs-group' contains invalid characters");
  }
  if (options.contains("awslogs-create-group") && options.at("awslogs-create-group") != "true") {
    return refused("Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.");
  }
  return Done{};
}

Status check_json_file(const LogOptions& options) {
  if (options.contains("max-size")) {
    auto bytes = parse_log_size(options.at("max-size"));
    if (!bytes || *bytes <= 0) return option_error("json-file", "max-size", "must be a size such as 512k, 10m or 1g.");
  }
  if (!options.contains("max-file")) return Done{};
  auto files = to_number<int>(options.at("max-file"));
  if (!files || *files < 1) return option_error("json-file", "max-file", "must be a number of at least 1.");
  if (*files == 1 || options.contains("max-size")) return Done{};
  return option_error("json-file", "max-file", "needs the option 'max-size'.");
}

Status check_flag(std::string_view driver, const LogOptions& options, const char* name) {
  if (!options.contains(name) || parse_log_flag(options.at(name))) return Done{};
  return option_error(driver, name, "must be 'true' or 'false'.");
}

Status check_fluentd(const LogOptions& options) {
  TRY(parse_fluentd_address(log_option(options, "fluentd-address")));
  for (const char* flag : {"fluentd-async", "fluentd-async-connect", "fluentd-sub-second-precision"}) {
    TRY(check_flag("fluentd", options, flag));
  }
  if (parse_log_flag(log_option(options, "fluentd-request-ack", "false")) != false) {
    return option_error("fluentd", "fluentd-request-ack", "can only be 'false' here: lines are sent without acknowledgement.");
  }
  return Done{};
}

Status check_syslog(const LogOptions& options) {
  TRY(parse_syslog_address(log_option(options, "syslog-address")));
  if (!parse_syslog_facility(log_option(options, "syslog-facility"))) {
    return option_error("syslog", "syslog-facility", "must be a facility's name, such as daemon or local0, or its number.");
  }
  static const Names formats{"", "rfc3164", "rfc5424", "rfc5424micro"};
  if (formats.contains(log_option(options, "syslog-format"))) return Done{};
  return option_error("syslog", "syslog-format", "must be one of [rfc3164, rfc5424, rfc5424micro].");
}

Result<LogAddress> parse_unix(std::string_view driver, std::string_view option, LogAddress::Kind kind, std::string_view path) {
  if (path.starts_with('/')) return LogAddress{.kind = kind, .path = std::string(path)};
  return option_error(driver, option, "needs an absolute path after unix://.");
}

Result<LogAddress> parse_host(
    std::string_view driver, std::string_view option, LogAddress::Kind kind, std::string_view text, std::uint16_t port
) {
  LogAddress address{.kind = kind, .host = std::string(text), .port = port};
  std::size_t colon = text.starts_with('[') ? text.find("]:") : text.rfind(':');
  if (colon != std::string_view::npos) {
    if (text.starts_with('[')) ++colon;
    auto number = to_number<int>(text.substr(colon + 1));
    if (!number || *number < 1 || *number > 65535) {
      return option_error(driver, option, "must end in a port between 1 and 65535.");
    }
    address.host = text.substr(0, colon);
    address.port = static_cast<std::uint16_t>(*number);
  }
  if (address.host.starts_with('[') && address.host.ends_with(']')) address.host = address.host.substr(1, address.host.size() - 2);
  bool odd = address.host.find_first_of("/ \t") != std::string::npos;
  if (odd || address.host.empty()) return option_error(driver, option, "must name a host.");
  return address;
}

std::string_view after(std::string_view text, std::string_view prefix) { return text.substr(prefix.size()); }

}  // namespace

std::string log_option(const LogOptions& options, const std::string& name, std::string_view otherwise) {
  auto found = options.find(name);
  return found == options.end() ? std::string(otherwise) : found->second;
}

std::optional<std::int64_t> parse_log_size(std::string_view text) {
  std::string digits = to_lower(trim(text));
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
  char* end = nullptr;
  double number = std::strtod(digits.c_str(), &end);
  std::string unit(trim(end));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.ends_with('i')) unit.pop_back();
  static const std::map<std::string, double, std::less<>> factors{{"", 1}, {"k", 0x1p10}, {"m", 0x1p20}, {"g", 0x1p30}};
  auto factor = factors.find(unit);
  if (factor == factors.end() || !std::isfinite(number) || number * factor->second > 0x1p40) return std::nullopt;
  return static_cast<std::int64_t>(number * factor->second);
}

std::optional<bool> parse_log_flag(std::string_view text) {
  static const Names yes{"1", "t", "T", "true", "TRUE", "True"};
  static const Names no{"0", "f", "F", "false", "FALSE", "False"};
  if (yes.contains(text)) return true;
  if (no.contains(text)) return false;
  return std::nullopt;
}

std::string to_string(const LogAddress& address) {
  switch (address.kind) {
    case LogAddress::Kind::tcp:
      return cat("tcp://", address.host, ':', address.port);
    case LogAddress::Kind::udp:
      return cat("udp://", address.host, ':', address.port);
    case LogAddress::Kind::unix_stream:
      return cat("unix://", address.path);
    case LogAddress::Kind::unix_datagram:
      break;
  }
  return cat("unixgram://", address.path);
}

Result<LogAddress> parse_fluentd_address(std::string_view text) {
  constexpr std::uint16_t port = 24224;
  constexpr std::string_view option = "fluentd-address";
  if (text.empty()) return LogAddress{.host = "localhost", .port = port};
  if (text.starts_with("unix://")) return parse_unix("fluentd", option, LogAddress::Kind::unix_stream, after(text, "unix://"));
  if (text.starts_with("tcp://")) text = after(text, "tcp://");
  if (text.find("://") != std::string_view::npos) {
    return option_error("fluentd", option, "must be host:port, tcp://host:port or unix:///path.");
  }
  return parse_host("fluentd", option, LogAddress::Kind::tcp, text, port);
}

Result<LogAddress> parse_syslog_address(std::string_view text) {
  constexpr std::uint16_t port = 514;
  constexpr std::string_view option = "syslog-address";
  if (text.empty()) return LogAddress{.kind = LogAddress::Kind::unix_datagram, .path = "/dev/log"};
  if (text.starts_with("unix://")) return parse_unix("syslog", option, LogAddress::Kind::unix_stream, after(text, "unix://"));
  if (text.starts_with("unixgram://")) {
    return parse_unix("syslog", option, LogAddress::Kind::unix_datagram, after(text, "unixgram://"));
  }
  if (text.starts_with("udp://")) return parse_host("syslog", option, LogAddress::Kind::udp, after(text, "udp://"), port);
  if (text.starts_with("tcp://")) return parse_host("syslog", option, LogAddress::Kind::tcp, after(text, "tcp://"), port);
  return option_error(
      "syslog", option, "must be udp://host:port, tcp://host:port, unix:///path or unixgram:///path. There is no TLS here: "
                        "send to a syslog daemon of this machine that speaks it."
  );
}

std::optional<int> parse_syslog_facility(std::string_view text) {
  static constexpr std::array<std::string_view, 24> names{
      "kern", "user",   "mail", "daemon", "auth", "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
      "",     "",       "",     "",       "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
  if (text.empty()) return 3;
  auto number = to_number<int>(text);
  if (number) return *number >= 0 && *number < static_cast<int>(names.size()) ? number : std::nullopt;
  auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin());
}

LogBuffer log_buffer_of(const LogOptions& options) {
  LogBuffer buffer{.blocking = log_option(options, "mode") == "blocking"};
  auto bytes = parse_log_size(log_option(options, "max-buffer-size"));
  if (bytes) buffer.bytes = std::max(*bytes, smallest_buffer);
  return buffer;
}

Status check_log_options(std::string_view driver, const LogOptions& options) {
  TRY(check_names(driver, options));
  TRY(check_buffer(driver, options));
  if (options.contains("tag") && !is_log_tag(options.at("tag"))) {
    return option_error(driver, "tag", cat("may use only ", known_log_tags(), '.'));
  }
  if (driver == "awslogs") return check_awslogs(options);
  if (driver == "json-file") return check_json_file(options);
  if (driver == "fluentd") return check_fluentd(options);
  if (driver == "syslog") return check_syslog(options);
  return Done{};
}

}  // namespace roadstead
