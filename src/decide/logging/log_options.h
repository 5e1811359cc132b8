// What the options of a log driver mean: which there are, what they may be, where the lines go, how much waits.
// Task definitions are checked with it, and the node obeys it. Pure; any thread.
// Not here: the options of `awsfirelens`, which belong to the router's own program (agent/core/render/render_firelens.h).
// Source: reference/ecs-core.md §7.1, §7.3; Docker's drivers of the same names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

using LogOptions = std::map<std::string, std::string>;

/// The value of an option, or `otherwise`.
std::string log_option(const LogOptions& options, const std::string& name, std::string_view otherwise = {});

/// Bytes of a size such as "10m", "1.5g", "512kb", "4096"; nothing when it is none or beyond a terabyte.
std::optional<std::int64_t> parse_log_size(std::string_view text);

/// Whether text is one of the words that Docker takes for a truth value, and which.
std::optional<bool> parse_log_flag(std::string_view text);

/// Where a driver sends to.
struct LogAddress {
  enum class Kind { tcp, udp, unix_stream, unix_datagram };
  Kind kind = Kind::tcp;
  std::string host = {};
  std::uint16_t port = 0;
  std::string path = {};

  bool operator==(const LogAddress&) const = default;
};

/// "tcp://10.0.0.1:24224", as messages and lanes show it.
std::string to_string(const LogAddress& address);

/// `fluentd-address`: "host", "host:port", tcp://host:port or unix:///path; 24224 of this machine when empty.
/// Errors: InvalidLogOptions.
Result<LogAddress> parse_fluentd_address(std::string_view text);

/// `syslog-address`: udp://host:port, tcp://host:port, unix:///path, unixgram:///path; /dev/log when empty.
/// Errors: InvalidLogOptions.
Result<LogAddress> parse_syslog_address(std::string_view text);

/// `syslog-facility` by name or number; 3 (daemon) when empty.
std::optional<int> parse_syslog_facility(std::string_view text);

/// What waits between a container and the service its lines go to.
struct LogBuffer {
  /// The container waits in its write when no more may wait; otherwise the newest lines are dropped.
  bool blocking = false;
  std::int64_t bytes = 10 << 20;

  bool operator==(const LogBuffer&) const = default;
};

/// `mode` and `max-buffer-size` of options that were checked.
LogBuffer log_buffer_of(const LogOptions& options);

/// Whether a driver's options are what it takes. The message is AWS's, or has its form.
/// Errors: InvalidLogOptions.
Status check_log_options(std::string_view driver, const LogOptions& options);

}  // namespace roadstead
